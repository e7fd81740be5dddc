package io.streamweir.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.flink.util.function.ThrowingRunnable;

/** The test's own thread is the task thread: it runs one mail when it is told to. */
final class ManualTaskThread implements TaskThread {

  private record Mail(String what, ThrowingRunnable<Exception> action) {}

  private final BlockingQueue<Mail> mails = new LinkedBlockingQueue<>();

  @Override
  public void run(String what, ThrowingRunnable<Exception> action) {
    mails.add(new Mail(what, action));
  }

  /** Waits for the next mail, which must be this one, and runs it. */
  void runNext(String what) throws Exception {
    var mail = mails.poll(60, TimeUnit.SECONDS);
    assertThat(mail).as("mail '%s'", what).isNotNull();
    assertThat(mail.what()).isEqualTo(what);
    mail.action().run();
  }

  int waiting() {
    return mails.size();
  }
}
