package io.streamweir.engine.core;

import io.streamweir.engine.EngineLoadException;
import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.Lane;
import io.streamweir.engine.SamplingParams;
import java.util.List;

/**
 * Lets a loaded model say two tokens before it is offered to anybody. Weights that make no finite
 * logits are found at load, and the first request does not pay for what runs once.
 */
public final class StartUpCheck {
  private StartUpCheck() {}

  /**
   * Runs a prompt and a decoding step on the runner's first blocks, whose content is left behind.
   *
   * @throws EngineLoadException if the logits are not finite
   */
  public static void run(ModelRunner runner, ModelFacts facts) {
    int second = Math.min(1, facts.vocabSize() - 1);
    EngineRequest request =
        new EngineRequest(
            "start-up-check",
            new int[] {0, second},
            new int[0],
            SamplingParams.greedy(2),
            Lane.ONLINE,
            0,
            Long.MAX_VALUE);
    Sequence sequence = new Sequence(request, 0, 0, 4, null);
    sequence.blocks().addAll(new int[] {0, 1, 2, 3});
    int[] fresh = {0, 1};
    for (int length = 2; length >= 1; length--) {
      var chunk = new ScheduledStep.Chunk(sequence, sequence.computed(), length);
      StepLogits logits = runner.run(new ScheduledStep(List.of(chunk), fresh));
      if (!Float.isFinite(logits.max(0))) {
        throw new EngineLoadException(
            "The model computes no finite logits (the largest is "
                + logits.max(0)
                + ") for the tokens 0 and "
                + second
                + ". Its weights are damaged, or overflow when converted.");
      }
      sequence.advance(length);
      sequence.append(logits.argmax(0));
      fresh = new int[0];
    }
  }
}
