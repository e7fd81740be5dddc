package io.streamweir.engine.djl;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.Arrays;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Products with float32 matrices that oneDNN has laid out for its kernel when they were read. They
 * cost about as much for four rows as for one, and a row has the same bits in any number of rows up
 * to {@link #MOST_ROWS}; more are multiplied in pieces of so many.
 */
final class PackedProducts {
  private static final int MOST_ROWS = 64;

  static final String METHODS =
      """
      def pack(self: __torch__.M, w: Tensor) -> List[Tensor]:
        return [ops.mkldnn._reorder_linear_weight(w, None)]
      def pack_embedding(self: __torch__.M, w: Tensor) -> Tensor:
        return w
      def piece(self: __torch__.M, x: Tensor, w: List[Tensor], bias: Optional[Tensor]) -> Tensor:
        return ops.mkldnn._linear_pointwise(x, w[0], bias, "none", annotate(List[Optional[number]], []), "")
      def product(self: __torch__.M, x: Tensor, w: List[Tensor], bias: Optional[Tensor]) -> Tensor:
        if torch.le(torch.size(x, 0), ${most}):
          y = (self).piece(x, w, bias)
        else:
          pieces = annotate(List[Tensor], [])
          parts = torch.split(x, ${most})
          for i in range(torch.len(parts)):
            _0 = torch.append(pieces, (self).piece(parts[i], w, bias))
          y = torch.cat(pieces)
        return y
      def fine_product(self: __torch__.M, x: Tensor, w: List[Tensor], bias: Optional[Tensor]) -> Tensor:
        return (self).product(x, w, bias)
      def logits(self: __torch__.M, x: Tensor, w: List[Tensor], out: Tensor) -> Tensor:
        return torch.copy_(out, (self).product(x, w, None))
      """
          .replace("${most}", Integer.toString(MOST_ROWS));

  /** With the matrices as they are. */
  static final String UNPACKED_METHODS =
      """
      def pack(self: __torch__.M, w: Tensor) -> List[Tensor]:
        return [w]
      def pack_embedding(self: __torch__.M, w: Tensor) -> Tensor:
        return w
      def product(self: __torch__.M, x: Tensor, w: List[Tensor], bias: Optional[Tensor]) -> Tensor:
        return torch.linear(x, w[0], bias)
      def fine_product(self: __torch__.M, x: Tensor, w: List[Tensor], bias: Optional[Tensor]) -> Tensor:
        return torch.linear(x, w[0], bias)
      def logits(self: __torch__.M, x: Tensor, w: List[Tensor], out: Tensor) -> Tensor:
        return torch.addmm_(out, x, torch.t(w[0]), beta=0)
      """;

  private static final Logger LOG = LoggerFactory.getLogger(PackedProducts.class);
  private static final int[][] SHAPES = {{64, 48}, {320, 192}, {200, 896}, {96, 2048}};
  private static final int[] ROWS = {2, 3, 4, 5, 7, 8, 16, 31, 48, 63, 64, 65, 128};

  private PackedProducts() {}

  /**
   * Whether a row has the same bits in any number of rows on this processor. Found out once in a
   * process, by trying.
   */
  static boolean keepBits() {
    return Tried.KEEP_BITS;
  }

  private static final class Tried {
    private static final String TRIED_METHOD =
        """
        def tried(self: __torch__.M, x: Tensor, w: List[Tensor]) -> Tensor:
          return (self).product(x, w, None)
        """;

    static final boolean KEEP_BITS = tryIt();

    private static boolean tryIt() {
      try (PtNDManager manager = PyTorch.newManager();
          TorchScript script = TorchScript.compile(manager, METHODS + TRIED_METHOD)) {
        Random random = new Random(1);
        boolean keep =
            Arrays.stream(SHAPES)
                .allMatch(shape -> keepsBits(manager, script, random, shape[0], shape[1]));
        LOG.info("Packed float32 matrices {} the bits of a row here", keep ? "keep" : "change");
        return keep;
      } catch (RuntimeException e) {
        LOG.warn("No float32 matrix is packed, as this build of PyTorch cannot do it", e);
        return false;
      }
    }

    private static boolean keepsBits(
        PtNDManager manager, TorchScript script, Random random, int rows, int columns) {
      try (IValue matrix = IValue.from(random(manager, random, rows, columns));
          IValue packed = script.call("pack", matrix)) {
        int most = ROWS[ROWS.length - 1];
        float[] inputs = random(manager, random, most, columns).toFloatArray();
        float[] first = product(manager, script, packed, inputs, 0, 1, columns);
        return Arrays.stream(ROWS)
            .allMatch(
                count -> {
                  float[] some = product(manager, script, packed, inputs, 0, count, columns);
                  float[] last =
                      product(manager, script, packed, inputs, count - 1, count, columns);
                  int end = count * rows;
                  return Arrays.equals(some, 0, rows, first, 0, rows)
                      && Arrays.equals(some, end - rows, end, last, 0, rows);
                });
      }
    }

    private static float[] product(
        PtNDManager manager,
        TorchScript script,
        IValue packed,
        float[] inputs,
        int from,
        int to,
        int columns) {
      float[] rows = Arrays.copyOfRange(inputs, from * columns, to * columns);
      PtNDArray tensor = (PtNDArray) manager.create(rows, new Shape(to - from, columns));
      try (IValue input = IValue.from(tensor);
          IValue product = script.call("tried", input, packed)) {
        return product.toTensor(manager).toFloatArray();
      }
    }

    private static PtNDArray random(PtNDManager manager, Random random, int rows, int columns) {
      float[] values = new float[rows * columns];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      return (PtNDArray) manager.create(values, new Shape(rows, columns));
    }
  }
}
