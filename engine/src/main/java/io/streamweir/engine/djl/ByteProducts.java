package io.streamweir.engine.djl;

import java.util.Set;

/**
 * Products of bytes: a matrix has a scale for each output channel; activations become bytes with a
 * scale for each row, so that a row does not depend on its neighbours. Sums of 32 bits are exact,
 * in any order and by any kernel. Where pairs of products go through 16 bits (AVX2) activations
 * have 7 bits, and nothing saturates. {@code fine_product} computes the rest that rounding leaves
 * as a second row.
 *
 * <p>fbgemm's kernel is the faster one for few rows. Where the processor multiplies tiles of bytes
 * (AMX) a matrix is laid out for oneDNN's kernel as well, which takes half the time for many.
 */
final class ByteProducts {
  private static final String PACKED = "__torch__.torch.classes.quantized.LinearPackedParamsBase";

  /** What is laid out for few rows and for many; scales and zero points for the latter. */
  private static final String PACKED_TWICE = "Tuple[" + PACKED + ", Tensor, Tensor, Tensor]";

  /** Rows that are quantized at once when a matrix is read, which bounds what that takes. */
  private static final int SLICE = 4096;

  /** Beyond so many rows tiles are faster. */
  private static final int MOST_FOR_FEW = 12;

  /** Rows of a tile; each other number of rows would have a kernel made for it. */
  private static final int TILE_ROWS = 16;

  /** Floats of the rows that are multiplied at once, so that the steps in between stay in cache. */
  private static final int CACHED = 1 << 18;

  private static final String METHODS =
      """
      def quantized(self: __torch__.M, w: Tensor) -> Tuple[Tensor, Tensor]:
        q = torch.empty([torch.size(w, 0), torch.size(w, 1)], dtype=${int8})
        scales = torch.empty([torch.size(w, 0)])
        parts = torch.split(w, ${slice})
        at = 0
        for i in range(torch.len(parts)):
          part = parts[i]
          count = torch.size(part, 0)
          scale = torch.div(torch.clamp_min(torch.amax(torch.abs(part), [1]), 1e-30), 127.)
          _0 = torch.copy_(torch.narrow(scales, 0, at, count), scale)
          _1 = torch.copy_(torch.narrow(q, 0, at, count), torch.round(torch.div(part, torch.unsqueeze(scale, 1))))
          at = at + count
        return (q, scales)
      def pack_few(self: __torch__.M, q: Tensor, scales: Tensor) -> ${packed}:
        zeros = torch.zeros([torch.size(q, 0)], dtype=${int64})
        return ops.quantized.linear_prepack(torch._make_per_channel_quantized_tensor(q, scales, zeros, 0), None)
      def pack_embedding(self: __torch__.M, w: Tensor) -> Tensor:
        return torch.to(w, ${bfloat16})
      def multiply_few(self: __torch__.M, x: Tensor, w: ${packed}) -> Tensor:
        return ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(x, 1., ${zero}, w)
      def row_scales(self: __torch__.M, x: Tensor) -> Tensor:
        return torch.div(torch.clamp_min(torch.amax(torch.abs(x), [1], True), 1e-10), ${largest}.)
      def scaled_back(self: __torch__.M, y: Tensor, scale: Tensor, bias: Optional[Tensor]) -> Tensor:
        if torch.__isnot__(bias, None):
          z = torch.addcmul(unchecked_cast(Tensor, bias), y, scale)
        else:
          z = torch.mul_(y, scale)
        return z
      def product(self: __torch__.M, x: Tensor, w: ${type}, bias: Optional[Tensor]) -> Tensor:
        scale = (self).row_scales(x)
        return (self).scaled_back((self).multiply(torch.div(x, scale), w), scale, bias)
      def fine_piece(self: __torch__.M, x: Tensor, w: ${type}, bias: Optional[Tensor]) -> Tensor:
        scale = (self).row_scales(x)
        scaled = torch.div(x, scale)
        coarse = torch.round(scaled)
        rest = torch.mul(torch.sub(scaled, coarse), ${double}.)
        both = (self).multiply(torch.cat([coarse, rest]), w)
        n = torch.size(x, 0)
        y = torch.add(torch.narrow(both, 0, 0, n), torch.div(torch.narrow(both, 0, n, n), ${double}.))
        return (self).scaled_back(y, scale, bias)
      def fine_product(self: __torch__.M, x: Tensor, w: ${type}, bias: Optional[Tensor]) -> Tensor:
        most = torch.floordiv(${cached}, torch.size(x, 1)) + 1
        if torch.le(torch.size(x, 0), most):
          y = (self).fine_piece(x, w, bias)
        else:
          pieces = annotate(List[Tensor], [])
          parts = torch.split(x, most)
          for i in range(torch.len(parts)):
            _0 = torch.append(pieces, (self).fine_piece(parts[i], w, bias))
          y = torch.cat(pieces)
        return y
      def logits(self: __torch__.M, x: Tensor, w: ${type}, out: Tensor) -> Tensor:
        scale = (self).row_scales(x)
        y = (self).multiply_few(torch.div(x, scale), ${few of w})
        return torch.copy_(out, torch.mul_(y, scale))
      """;

  private static final String ONCE =
      """
      def pack(self: __torch__.M, w: Tensor) -> ${type}:
        q, scales = (self).quantized(w)
        return (self).pack_few(q, scales)
      def pack_head(self: __torch__.M, w: Tensor) -> ${type}:
        return (self).pack(w)
      def multiply(self: __torch__.M, x: Tensor, w: ${type}) -> Tensor:
        return (self).multiply_few(x, w)
      """;

  /**
   * The head computes few rows only, and is laid out for them alone. Bytes are rounded as fbgemm
   * does it, after the zero point was added.
   */
  private static final String TWICE =
      """
      def pack(self: __torch__.M, w: Tensor) -> ${type}:
        q, scales = (self).quantized(w)
        return ((self).pack_few(q, scales), ops.onednn.qlinear_prepack(q, None), scales, torch.zeros([1], dtype=${int64}))
      def pack_head(self: __torch__.M, w: Tensor) -> ${type}:
        q, scales = (self).quantized(w)
        nothing = torch.empty([0])
        return ((self).pack_few(q, scales), nothing, nothing, nothing)
      def multiply(self: __torch__.M, x: Tensor, w: ${type}) -> Tensor:
        n = torch.size(x, 0)
        if torch.gt(n, ${most for few}):
          bytes = torch.to(torch.sub_(torch.round_(torch.add(x, ${zero}.)), ${zero}.), ${int8})
          missing = torch.floordiv(n + ${tile} - 1, ${tile}) * ${tile} - n
          if torch.gt(missing, 0):
            even = torch.cat([bytes, torch.zeros([missing, torch.size(x, 1)], dtype=${int8})])
          else:
            even = bytes
          all = ops.onednn.qlinear_pointwise(even, 1., 0, w[1], w[2], w[3], None, 1., 0, ${float32}, "none", [], "")
          y = torch.narrow(all, 0, 0, n)
        else:
          y = (self).multiply_few(x, w[0])
        return y
      """;

  private ByteProducts() {}

  /** Whether matrices are laid out twice. */
  static boolean twice(Set<String> cpuFlags) {
    return CpuFeatures.addsBytesExactly(cpuFlags) && cpuFlags.contains("amx_int8");
  }

  /** The TorchScript type of a matrix. */
  static String type(Set<String> cpuFlags) {
    return twice(cpuFlags) ? PACKED_TWICE : PACKED;
  }

  /** The TorchScript methods of {@link MatrixForm#INT8} on a processor. */
  static String methods(Set<String> cpuFlags) {
    boolean exact = CpuFeatures.addsBytesExactly(cpuFlags);
    boolean twice = twice(cpuFlags);
    int largest = exact ? Byte.MAX_VALUE : Byte.MAX_VALUE / 2;
    return ((twice ? TWICE : ONCE) + METHODS)
        .replace("${type}", type(cpuFlags))
        .replace("${packed}", PACKED)
        .replace("${few of w}", twice ? "w[0]" : "w")
        .replace("${int8}", "1")
        .replace("${int64}", "4")
        .replace("${float32}", "6")
        .replace("${bfloat16}", "15")
        .replace("${slice}", Integer.toString(SLICE))
        .replace("${cached}", Integer.toString(CACHED))
        .replace("${tile}", Integer.toString(TILE_ROWS))
        .replace("${most for few}", Integer.toString(MOST_FOR_FEW))
        .replace("${largest}", Integer.toString(largest))
        .replace("${double}", Integer.toString(2 * largest))
        .replace("${zero}", Integer.toString(largest + 1));
  }
}
