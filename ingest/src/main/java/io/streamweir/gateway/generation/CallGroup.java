package io.streamweir.gateway.generation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * The calls behind one HTTP answer: one for each choice. The first that fails takes the others with
 * it, because their answer is over. On the event loop only.
 */
final class CallGroup {

  private final List<GenerationCall> calls = new ArrayList<>();
  private final Consumer<List<GenerationCall>> onEnd;
  private final Runnable handedOver;
  private int running;
  private int sending;

  /**
   * @param size how many calls there will be
   * @param onEnd called once, when all have ended
   * @param handedOver called once, when all have sent what they send
   */
  CallGroup(Consumer<List<GenerationCall>> onEnd, int size, Runnable handedOver) {
    this.onEnd = onEnd;
    this.running = size;
    this.sending = size;
    this.handedOver = handedOver;
  }

  void add(GenerationCall call) {
    calls.add(call);
  }

  int size() {
    return calls.size();
  }

  List<GenerationCall> calls() {
    return Collections.unmodifiableList(calls);
  }

  void ended(GenerationCall call, boolean completed) {
    running--;
    if (running == 0) {
      onEnd.accept(calls);
    } else if (!completed) {
      calls.forEach(GenerationCall::dismiss);
    }
  }

  void handedOver() {
    sending--;
    if (sending == 0) {
      handedOver.run();
    }
  }
}
