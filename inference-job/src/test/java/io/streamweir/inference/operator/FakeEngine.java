package io.streamweir.inference.operator;

import io.streamweir.engine.EngineCapabilities;
import io.streamweir.engine.EngineListener;
import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.EngineStatistics;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.SequenceOutput;
import io.streamweir.engine.StepResult;
import io.streamweir.engine.TokenMask;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An engine that does what the test says, on the thread of the test. */
final class FakeEngine implements InferenceEngine, EnginePort {
  /** What {@link #constrain} gives. */
  final TokenMask.Factory mask = () -> null;

  static final EngineStatistics IDLE = statistics(1);

  final List<EngineRequest> submitted = new ArrayList<>();
  final List<String> cancelled = new ArrayList<>();
  final List<String> constraining = new ArrayList<>();
  final CountDownLatch closed = new CountDownLatch(1);

  /** What compiling a format of the type slow waits for. */
  final CountDownLatch slowFormats = new CountDownLatch(1);

  EngineListener listener;
  EngineStatistics statistics = IDLE;
  boolean up = true;

  /** Whether it is gone once it is closed. */
  volatile boolean ends = true;

  static EngineStatistics statistics(int offlineRoom) {
    return new EngineStatistics(0, 0, 0, offlineRoom, 0, 10, 0, 0, 0, 0);
  }

  static StepResult step(SequenceOutput... outputs) {
    return new StepResult(List.of(outputs), IDLE, 1_000_000);
  }

  static SequenceOutput tokens(String id, int firstIndex, Integer... tokens) {
    return output(id, firstIndex, null, tokens);
  }

  static SequenceOutput output(String id, int firstIndex, FinishReason reason, Integer... tokens) {
    var ids = new int[tokens.length];
    var text = new StringBuilder();
    for (int i = 0; i < tokens.length; i++) {
      ids[i] = tokens[i];
      text.append(tokens[i]).append(' ');
    }
    return new SequenceOutput(id, firstIndex, ids, text.toString(), reason, null, 0);
  }

  List<String> submittedIds() {
    return submitted.stream().map(EngineRequest::sequenceId).toList();
  }

  @Override
  public EngineCapabilities capabilities() {
    return new EngineCapabilities("fake", 100, 8, true);
  }

  @Override
  public void constrain(String sequenceId, String responseFormat) {
    constraining.add(sequenceId);
  }

  @Override
  public TokenMask.Factory constrain(String responseFormat) {
    if (responseFormat.contains("unheard of")) {
      throw new IllegalArgumentException("No such format");
    }
    if (responseFormat.contains("slow")) {
      awaitSlowFormats();
    }
    return mask;
  }

  private void awaitSlowFormats() {
    try {
      slowFormats.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("The engine was closed", e);
    }
  }

  @Override
  public byte[] spell(int tokenId) {
    return (tokenId + " ").getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean isUp() {
    return up;
  }

  @Override
  public void start(EngineListener engineListener) {
    listener = engineListener;
  }

  @Override
  public void submit(EngineRequest request) {
    submitted.add(request);
  }

  @Override
  public void cancel(String sequenceId, FinishReason reason) {
    cancelled.add(sequenceId);
  }

  @Override
  public EngineStatistics statistics() {
    return statistics;
  }

  @Override
  public void close() {
    closed.countDown();
  }

  @Override
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    return ends && closed.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }
}
