package io.streamweir.gateway.generation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The calls behind one HTTP answer: one for each choice. The first that fails takes the others with
 * it, because their answer is over. On the event loop only.
 */
final class CallGroup {

  private final List<GenerationCall> calls = new ArrayList<>();
  private final End onEnd;
  private final Runnable handedOver;
  private int running;
  private int sending;
  private boolean failed;

  /** Told once, when all calls have ended; before the client is sent the last of the answer. */
  interface End {

    /**
     * @param completed false if one of them failed or nobody wants the answer any more
     */
    void ended(List<GenerationCall> calls, boolean completed);
  }

  /**
   * @param size how many calls there will be
   * @param handedOver called once, when all have sent what they send
   */
  CallGroup(End onEnd, int size, Runnable handedOver) {
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
    failed |= !completed;
    if (running == 0) {
      onEnd.ended(calls, !failed);
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
