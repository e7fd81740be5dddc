package io.streamweir.engine.core;

import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.Lane;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Commands on their way to the engine's thread. Writers never block. */
final class Inbox {

  sealed interface Command {}

  record Submit(EngineRequest request) implements Command {}

  record Cancel(String sequenceId, FinishReason reason) implements Command {}

  private final Queue<Command> commands = new ConcurrentLinkedQueue<>();
  private final AtomicInteger online = new AtomicInteger();
  private final AtomicInteger offline = new AtomicInteger();
  private volatile Thread reader;

  void readBy(Thread thread) {
    reader = thread;
  }

  void add(Command command) {
    if (command instanceof Submit submit) {
      submitted(submit.request().lane()).incrementAndGet();
    }
    commands.add(command);
    wake();
  }

  /** The next command, or null. */
  Command poll() {
    Command command = commands.poll();
    if (command instanceof Submit submit) {
      submitted(submit.request().lane()).decrementAndGet();
    }
    return command;
  }

  /** Sequences submitted and not yet taken out. */
  AtomicInteger submitted(Lane lane) {
    return lane == Lane.ONLINE ? online : offline;
  }

  /**
   * Waits until there may be a command; called by the reader.
   *
   * @throws InterruptedException if the reader is interrupted, without which it would spin
   */
  void await() throws InterruptedException {
    if (commands.isEmpty()) {
      LockSupport.park(this);
    }
    if (Thread.interrupted()) {
      throw new InterruptedException("The engine's thread was interrupted");
    }
  }

  void wake() {
    LockSupport.unpark(reader);
  }
}
