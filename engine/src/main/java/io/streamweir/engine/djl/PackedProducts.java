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
 * Products with matrices of floats that oneDNN has laid out for its kernel when they were read.
 * They cost about as much for four rows as for one, and a row has the same bits in any number of
 * rows up to {@link Evenness#MOST_ROWS}; more are multiplied in pieces of so many. Where that does
 * not hold, or cannot be done, the matrices stay as they are.
 */
final class PackedProducts {
  /** Bias and sums in float32. */
  static final PackedProducts FLOAT32 =
      new PackedProducts(
          "float32",
          """
          def ${prefix}pack(self: __torch__.M, w: Tensor) -> List[Tensor]:
            return [${pack w}]
          def ${prefix}pack_embedding(self: __torch__.M, w: Tensor) -> Tensor:
            return w
          def ${prefix}piece(self: __torch__.M, x: Tensor, w: Tensor, bias: Optional[Tensor]) -> Tensor:
            return ${product x w bias}
          """);

  /** Products in bfloat16, sums and bias in float32. */
  static final PackedProducts BFLOAT16 =
      new PackedProducts(
          "bfloat16",
          """
          def ${prefix}pack(self: __torch__.M, w: Tensor) -> List[Tensor]:
            half = torch.to(w, 15)
            return [${pack half}]
          def ${prefix}pack_embedding(self: __torch__.M, w: Tensor) -> Tensor:
            return torch.to(w, 15)
          def ${prefix}piece(self: __torch__.M, x: Tensor, w: Tensor, bias: Optional[Tensor]) -> Tensor:
            half = torch.to(x, 15)
            y = torch.to(${product half w None}, 6)
            if torch.__isnot__(bias, None):
              z = torch.add(y, unchecked_cast(Tensor, bias))
            else:
              z = y
            return z
          """);

  private static final String PIECES =
      """
      def ${prefix}pack_head(self: __torch__.M, w: Tensor) -> List[Tensor]:
        return (self).${prefix}pack(w)
      def ${prefix}product(self: __torch__.M, x: Tensor, w: List[Tensor], bias: Optional[Tensor]) -> Tensor:
        if torch.le(torch.size(x, 0), ${most}):
          y = (self).${prefix}piece(x, w[0], bias)
        else:
          pieces = annotate(List[Tensor], [])
          parts = torch.split(x, ${most})
          for i in range(torch.len(parts)):
            _0 = torch.append(pieces, (self).${prefix}piece(parts[i], w[0], bias))
          y = torch.cat(pieces)
        return y
      def ${prefix}fine_product(self: __torch__.M, x: Tensor, w: List[Tensor], bias: Optional[Tensor]) -> Tensor:
        return (self).${prefix}product(x, w, bias)
      def ${prefix}logits(self: __torch__.M, x: Tensor, w: List[Tensor], out: Tensor) -> Tensor:
        return torch.copy_(out, (self).${prefix}product(x, w, None))
      """
          .replace("${most}", Integer.toString(Evenness.MOST_ROWS));

  private static final String TRIED_METHOD =
      """
      def tried(self: __torch__.M, x: Tensor, w: List[Tensor]) -> Tensor:
        return (self).product(x, w, None)
      """;

  private static final Logger LOG = LoggerFactory.getLogger(PackedProducts.class);
  private static final int[][] SHAPES = {{64, 48}, {320, 192}, {200, 896}, {96, 2048}};
  private static final int[] ROWS = {2, 3, 4, 5, 7, 8, 16, 31, 48, 63, 64, 65, 128};

  private final String name;
  private final String template;
  private Boolean keepBits;

  private PackedProducts(String name, String template) {
    this.name = name;
    this.template = template;
  }

  /** The TorchScript methods of a {@link MatrixForm}. */
  String methods() {
    return methods("");
  }

  /**
   * The same with a prefix before their names, to stand beside those of any form.
   *
   * @param prefix with which each name begins
   */
  String methods(String prefix) {
    return keepBits() ? packed(prefix) : plain(prefix);
  }

  /** A row has the same bits among any multiple of so many. */
  int rowMultiple() {
    return keepBits() ? 1 : Evenness.here().rows();
  }

  private String packed(String prefix) {
    return all(prefix)
        .replaceAll("\\$\\{pack (\\w+)}", "ops.mkldnn._reorder_linear_weight($1, None)")
        .replaceAll(
            "\\$\\{product (\\w+) w (\\w+)}",
            "ops.mkldnn._linear_pointwise($1, w, $2, \"none\", annotate(List[Optional[number]], []), \"\")");
  }

  private String plain(String prefix) {
    return all(prefix)
        .replaceAll("\\$\\{pack (\\w+)}", "$1")
        .replaceAll("\\$\\{product (\\w+) w (\\w+)}", "torch.linear($1, w, $2)");
  }

  private String all(String prefix) {
    return (PIECES + template).replace("${prefix}", prefix);
  }

  /**
   * Whether a row has the same bits in any number of rows on this processor. Found out once in a
   * process, by trying.
   */
  synchronized boolean keepBits() {
    if (keepBits == null) {
      keepBits = tryIt();
    }
    return keepBits;
  }

  private boolean tryIt() {
    try (PtNDManager manager = PyTorch.newManager();
        TorchScript script = TorchScript.compile(manager, packed("") + TRIED_METHOD)) {
      Random random = new Random(1);
      boolean keep =
          Arrays.stream(SHAPES)
              .allMatch(shape -> keepsBits(manager, script, random, shape[0], shape[1]));
      LOG.info("Packed {} matrices {} the bits of a row here", name, keep ? "keep" : "change");
      return keep;
    } catch (RuntimeException e) {
      LOG.info("No {} matrix is packed, as PyTorch cannot do it here: {}", name, e.getMessage());
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
                float[] last = product(manager, script, packed, inputs, count - 1, count, columns);
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
