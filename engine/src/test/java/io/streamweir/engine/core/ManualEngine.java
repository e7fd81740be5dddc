package io.streamweir.engine.core;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.Lane;
import io.streamweir.engine.Requests;
import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.core.ScheduledStep.Chunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Scheduler and runner without a thread: greedy sequences, stepped by hand, with every row of
 * logits kept for comparison.
 */
public final class ManualEngine {
  private final ModelRunner runner;
  private final BlockManager blocks;
  private final Scheduler scheduler;
  private final int vocabSize;
  private final Map<String, Sequence> sequences = new HashMap<>();
  private final Map<String, List<float[]>> logits = new HashMap<>();
  private int unfinished;

  public ManualEngine(ModelRunner runner, EngineConfig limits, int vocabSize, int kvBlocks) {
    this.runner = runner;
    this.vocabSize = vocabSize;
    blocks = new BlockManager(kvBlocks, limits.blockSize(), limits.policy().prefixCaching());
    scheduler = new Scheduler(SchedulerLimits.of(limits), blocks, new StepTimePredictor());
    runner.attach();
  }

  /** Adds a sequence that has {@code generated} already and ends with {@code total} tokens more. */
  public void add(String id, Lane lane, int[] prompt, int[] generated, int total) {
    SamplingParams greedy = SamplingParams.greedy(total);
    var request =
        Requests.resumed(
            lane == Lane.ONLINE
                ? Requests.online(id, prompt, greedy)
                : Requests.offline(id, prompt, greedy),
            generated);
    Sequence sequence = new Sequence(request, sequences.size(), 0, prompt.length + total, null);
    sequences.put(id, sequence);
    logits.put(id, new ArrayList<>());
    scheduler.add(sequence);
    unfinished++;
  }

  public void step() {
    ScheduledStep step = scheduler.schedule(0);
    StepLogits rows = runner.run(step);
    scheduler.advance(step);
    int row = 0;
    for (Chunk chunk : step.chunks()) {
      if (chunk.samples()) {
        Sequence sequence = chunk.sequence();
        float[] copy = new float[vocabSize];
        rows.copy(row, copy);
        logits.get(sequence.id()).add(copy);
        sequence.append(rows.argmax(row++));
        if (sequence.isFull()) {
          scheduler.remove(sequence);
          unfinished--;
        }
      }
    }
  }

  public void runToEnd() {
    while (unfinished > 0) {
      step();
    }
  }

  /** Sequences that have not ended. */
  public int unfinished() {
    return unfinished;
  }

  public boolean finished(String id) {
    return sequences.get(id).isFull();
  }

  /** Completion tokens. */
  public int[] completion(String id) {
    Sequence sequence = sequences.get(id);
    int[] tokens = new int[sequence.generated()];
    Arrays.setAll(tokens, i -> sequence.token(sequence.length() - tokens.length + i));
    return tokens;
  }

  /** The logits that each of the last completion tokens was chosen from. */
  public List<float[]> logits(String id) {
    return logits.get(id);
  }

  /** Prompt tokens of the sequence that were computed for others before it began. */
  public int cachedPromptTokens(String id) {
    return sequences.get(id).cachedPromptTokens();
  }

  public long preemptions() {
    return scheduler.preemptions();
  }
}
