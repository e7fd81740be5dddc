package io.streamweir.engine.djl;

import org.junit.jupiter.api.Assumptions;

/**
 * CPUs for which the rules of {@link Evenness} were found: those without AVX-512, and those with
 * AMX. The library may have other kernels for the others, and docs/engine-reproducibility.md
 * promises nothing for them; a test that finds bits to differ there is skipped, with what it found,
 * rather than failed.
 */
final class KnownCpu {
  private KnownCpu() {}

  /** Runs assertions about bits. */
  static void require(Runnable assertions) {
    try {
      assertions.run();
    } catch (AssertionError e) {
      if (Evenness.here() != Evenness.UNKNOWN) {
        throw e;
      }
      Assumptions.abort("Bits depend on the batch on this CPU, which nobody has tried: " + e);
    }
  }
}
