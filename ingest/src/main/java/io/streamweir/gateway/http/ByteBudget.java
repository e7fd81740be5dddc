package io.streamweir.gateway.http;

import java.util.concurrent.atomic.AtomicLong;

/** Memory that many requests share: what is beyond the limit is refused. Thread-safe. */
public final class ByteBudget {

  private final long limit;
  private final AtomicLong taken = new AtomicLong();

  /**
   * @param limit bytes
   */
  public ByteBudget(long limit) {
    this.limit = limit;
  }

  public long limit() {
    return limit;
  }

  /** A share, empty as yet. */
  public Lease lease() {
    return new Lease();
  }

  /** One request's share. Not thread-safe. */
  public final class Lease {

    private long bytes;

    /** Takes more, if there is more. */
    public boolean grow(long more) {
      if (taken.addAndGet(more) > limit) {
        taken.addAndGet(-more);
        return false;
      }
      bytes += more;
      return true;
    }

    /** Gives everything back; a second time does nothing. */
    public void release() {
      taken.addAndGet(-bytes);
      bytes = 0;
    }
  }
}
