package io.streamweir.bench.engine;

import java.util.stream.IntStream;

/** How fast this machine reads memory: the bound of a decoding step at batch 1. */
final class ReadBandwidth {
  private static final int LONGS_PER_THREAD = 24 << 20;
  private static final int ROUNDS = 8;

  private ReadBandwidth() {}

  /** Bytes per second that so many threads read from arrays far larger than any cache, the best. */
  static double measure(int threads) throws InterruptedException {
    long[][] arrays = new long[threads][LONGS_PER_THREAD];
    long[] sums = new long[threads];
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Thread[] readers =
          IntStream.range(0, threads)
              .mapToObj(i -> new Thread(() -> sums[i] += sum(arrays[i])))
              .toArray(Thread[]::new);
      long start = System.nanoTime();
      for (Thread reader : readers) {
        reader.start();
      }
      for (Thread reader : readers) {
        reader.join();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      best = Math.max(best, (double) threads * LONGS_PER_THREAD * Long.BYTES / seconds);
    }
    if (sums[0] != 0) {
      throw new IllegalStateException("An array of zeros adds up to " + sums[0]);
    }
    return best;
  }

  /** Four sums, so that no addition waits for the one before. */
  private static long sum(long[] values) {
    long a = 0;
    long b = 0;
    long c = 0;
    long d = 0;
    for (int i = 0; i < values.length; i += 4) {
      a += values[i];
      b += values[i + 1];
      c += values[i + 2];
      d += values[i + 3];
    }
    return a + b + c + d;
  }
}
