package io.streamweir.local.reconcile;

/** Where a record stands. */
record Source(String topic, int partition, long offset) {

  @Override
  public String toString() {
    return topic + "-" + partition + "@" + offset;
  }
}
