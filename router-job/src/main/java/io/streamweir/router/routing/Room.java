package io.streamweir.router.routing;

/**
 * How much of one kind a subtask may keep aside, so that a flood fills neither the heap nor the
 * thread. What an earlier run left in keyed state is not counted, so after a restore there may be
 * twice as much. Not thread-safe.
 */
public final class Room {

  private final int most;
  private final long mostBytes;
  private int number;
  private long bytes;

  public Room(int most, long mostBytes) {
    this.most = most;
    this.mostBytes = mostBytes;
  }

  /** Takes a place if there is one. */
  public boolean take(int size) {
    if (number >= most || bytes + size > mostBytes) {
      return false;
    }
    number++;
    bytes += size;
    return true;
  }

  /** Gives the place back. */
  public void leave(int size) {
    number = Math.max(0, number - 1);
    bytes = Math.max(0, bytes - size);
  }

  /** Places that are taken. */
  public int number() {
    return number;
  }
}
