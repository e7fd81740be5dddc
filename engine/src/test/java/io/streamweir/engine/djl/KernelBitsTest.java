package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules of {@link Evenness} hold for the kernels of this processor, in shapes as real models
 * have them: rows have the same bits among any number of rows that the engine computes at once.
 */
class KernelBitsTest {
  private static final String ATTENTION =
      """
      def attend(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
        return torch.scaled_dot_product_attention(q, torch.transpose(k, 1, 2), torch.transpose(v, 1, 2), mask)
      """;

  private static final int HEADS = 2;
  private static final int LONGEST = 1024;
  private static final int[] THREADS = {1, 2};

  private final Random random = new Random(7);
  private final PtNDManager manager = PyTorch.newManager();

  @AfterEach
  void close() {
    manager.close();
    PyTorch.attachThread(1);
  }

  private float[] gaussian(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private IValue tensor(PtNDManager owner, float[] values, long... shape) {
    return IValue.from((PtNDArray) owner.create(values, new Shape(shape)));
  }

  private float[] call(TorchScript script, String method, IValue... arguments) {
    try (IValue result = script.call(method, arguments);
        PtNDArray tensor = result.toTensor(manager)) {
      return tensor.toFloatArray();
    } finally {
      Arrays.asList(arguments).forEach(IValue::close);
    }
  }

  /** Attention of some queries to the first keys of a context that is filled up to a length. */
  private float[] attend(
      TorchScript script, float[] q, float[] k, float[] v, int dim, int keys, int length) {
    int rows = q.length / HEADS / dim;
    float[] mask = new float[rows * length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = i % length < keys ? 0 : Float.NEGATIVE_INFINITY;
    }
    try (PtNDManager inputs = PyTorch.newManager()) {
      return call(
          script,
          "attend",
          tensor(inputs, q, 1, HEADS, rows, dim),
          tensor(inputs, filledUp(k, keys, length, dim), 1, length, HEADS, dim),
          tensor(inputs, filledUp(v, keys, length, dim), 1, length, HEADS, dim),
          tensor(inputs, mask, rows, length));
    }
  }

  private static float[] filledUp(float[] all, int keys, int length, int dim) {
    return Arrays.copyOf(Arrays.copyOf(all, keys * HEADS * dim), length * HEADS * dim);
  }

  private static float[] row(float[] rows, int row, int width) {
    return Arrays.copyOfRange(rows, row * width, (row + 1) * width);
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 64, 128})
  void shouldAttendWithTheSameBitsHoweverFarAContextIsFilledUp(int dim) {
    float[] q = gaussian(HEADS * Evenness.here().queries(dim) * dim);
    float[] k = gaussian(LONGEST * HEADS * dim);
    float[] v = gaussian(LONGEST * HEADS * dim);
    try (TorchScript script = TorchScript.compile(manager, ATTENTION)) {
      for (int threads : THREADS) {
        PyTorch.attachThread(threads);
        for (int keys : new int[] {20, 130, 250, 400, 500, 700, 900}) {
          int least = Evenness.here().blocks(keys, 32) * 32;
          float[] bits = attend(script, q, k, v, dim, keys, least);
          for (int tokens = least; tokens <= LONGEST; tokens += 32) {
            int length = Evenness.here().blocks(tokens, 32) * 32;
            KnownCpu.require(
                () ->
                    assertThat(attend(script, q, k, v, dim, keys, length))
                        .as("%s keys of %s, %s threads", keys, length, threads)
                        .isEqualTo(bits));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 64, 128, 256})
  void shouldAttendWithTheSameBitsHoweverManyQueriesThereAre(int dim) {
    int most = 112;
    int keys = 192;
    int step = Evenness.here().queries(dim);
    float[] q = gaussian(HEADS * most * dim);
    float[] k = gaussian(keys * HEADS * dim);
    float[] v = gaussian(keys * HEADS * dim);
    try (TorchScript script = TorchScript.compile(manager, ATTENTION)) {
      for (int threads : THREADS) {
        PyTorch.attachThread(threads);
        float[] bits = attend(script, q, k, v, dim, keys, keys);
        for (int count = step; count < most; count += step) {
          float[] fewer = attend(script, first(q, most, count, dim), k, v, dim, keys, keys);
          for (int i = 0; i < HEADS * count; i++) {
            int at = i;
            int same = i / count * most + i % count;
            int queries = count;
            KnownCpu.require(
                () ->
                    assertThat(row(fewer, at, dim))
                        .as("query %s of %s, %s threads", at, queries, threads)
                        .isEqualTo(row(bits, same, dim)));
          }
        }
      }
    }
  }

  /** The first queries of each head. */
  private static float[] first(float[] q, int rows, int count, int dim) {
    float[] result = new float[HEADS * count * dim];
    for (int head = 0; head < HEADS; head++) {
      System.arraycopy(q, head * rows * dim, result, head * count * dim, count * dim);
    }
    return result;
  }

  /** What is done where matrices cannot be laid out; with AVX-512 it holds for one thread only. */
  @ParameterizedTest
  @CsvSource({"48,64", "192,320", "128,896", "896,896", "1152,896", "512,2048", "2048,768"})
  void shouldMultiplyWithTheSameBitsWhenRowsAreFilledUp(int out, int in) {
    String method =
        """
        def plainly(self: __torch__.M, x: Tensor, w: Tensor) -> Tensor:
          return torch.linear(x, w, None)
        """;
    int rows = Evenness.here().rows();
    int[] counts = IntStream.of(1, 2, 3, 4).map(i -> i * rows).toArray();
    int[] threads = Evenness.here() == Evenness.AVX2 ? THREADS : new int[] {1};
    assertSameBits(method, "plainly", null, threads, out, in, counts);
  }

  @ParameterizedTest
  @CsvSource({"192,320", "1152,896", "896,4864"})
  void shouldMultiplyWithTheSameBitsWhenMatricesAreLaidOut(int out, int in) {
    for (PackedProducts products :
        new PackedProducts[] {PackedProducts.FLOAT32, PackedProducts.BFLOAT16}) {
      if (products.keepBits()) {
        String method =
            """
            def plainly(self: __torch__.M, x: Tensor, w: List[Tensor]) -> Tensor:
              return (self).product(x, w, None)
            """;
        assertSameBits(
            products.methods() + method,
            "plainly",
            "pack",
            THREADS,
            out,
            in,
            1,
            2,
            5,
            16,
            63,
            64,
            65,
            130);
      }
    }
    Assumptions.assumeTrue(PackedProducts.FLOAT32.keepBits(), "nothing is laid out here");
  }

  private void assertSameBits(
      String methods,
      String method,
      String pack,
      int[] threadCounts,
      int out,
      int in,
      int... counts) {
    int most = counts[counts.length - 1];
    float[] x = gaussian(most * in);
    try (TorchScript script = TorchScript.compile(manager, methods);
        IValue floats = tensor(manager, gaussian(out * in), out, in);
        IValue matrix = pack == null ? floats : script.call(pack, floats)) {
      for (int threads : threadCounts) {
        PyTorch.attachThread(threads);
        float[] bits = multiply(script, method, matrix, x, in);
        for (int count : counts) {
          float[] fewer = multiply(script, method, matrix, Arrays.copyOf(x, count * in), in);
          KnownCpu.require(
              () ->
                  assertThat(fewer)
                      .as("%s rows, %s threads", count, threads)
                      .isEqualTo(Arrays.copyOf(bits, count * out)));
        }
      }
    }
  }

  private float[] multiply(TorchScript script, String method, IValue matrix, float[] x, int in) {
    try (PtNDManager inputs = PyTorch.newManager();
        IValue rows = tensor(inputs, x, x.length / in, in);
        IValue result = script.call(method, rows, matrix);
        PtNDArray tensor = result.toTensor(inputs)) {
      return tensor.toFloatArray();
    }
  }
}
