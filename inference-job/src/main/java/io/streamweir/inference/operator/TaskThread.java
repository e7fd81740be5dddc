package io.streamweir.inference.operator;

import org.apache.flink.util.function.ThrowingRunnable;

/** The way of other threads onto the thread of the task, which alone touches the operator. */
@FunctionalInterface
interface TaskThread {

  /**
   * Runs an action there soon; what it throws fails the task. Nothing happens any more when the
   * task is ending.
   *
   * @param what for logs
   */
  void run(String what, ThrowingRunnable<Exception> action);
}
