package io.streamweir.engine.djl;

import io.streamweir.engine.Dtype;
import io.streamweir.engine.checkpoint.ModelConfig;
import java.util.Set;

/**
 * How the matrices of linear maps are held, and the TorchScript to multiply with them: {@code pack}
 * makes of floats [out, in] what is held; {@code product} multiplies rows [n, in] with it; {@code
 * fine_product} does so where activations have outliers; {@code logits} multiplies into a buffer.
 */
enum MatrixForm {
  /** Laid out for the kernel where {@link PackedProducts} keep their bits, else as they are. */
  FLOAT32("List[Tensor]", Evenness.ROWS, Float.BYTES, 0) {
    @Override
    String methods() {
      return PackedProducts.keepBits() ? PackedProducts.METHODS : PackedProducts.UNPACKED_METHODS;
    }
  },

  BFLOAT16("Tensor", Evenness.ROWS, Short.BYTES, 0) {
    @Override
    String methods() {
      return """
          def pack(self: __torch__.M, w: Tensor) -> Tensor:
            return torch.to(w, ${bfloat16})
          def pack_embedding(self: __torch__.M, w: Tensor) -> Tensor:
            return torch.to(w, ${bfloat16})
          def product(self: __torch__.M, x: Tensor, w: Tensor, bias: Optional[Tensor]) -> Tensor:
            y = torch.to(torch.linear(torch.to(x, ${bfloat16}), w, None), ${float32})
            if torch.__isnot__(bias, None):
              z = torch.add(y, unchecked_cast(Tensor, bias))
            else:
              z = y
            return z
          def fine_product(self: __torch__.M, x: Tensor, w: Tensor, bias: Optional[Tensor]) -> Tensor:
            return (self).product(x, w, bias)
          def logits(self: __torch__.M, x: Tensor, w: Tensor, out: Tensor) -> Tensor:
            return torch.copy_(out, torch.linear(torch.to(x, ${bfloat16}), w, None))
          """
          .replace("${bfloat16}", Integer.toString(BFLOAT16_TYPE))
          .replace("${float32}", Integer.toString(FLOAT32_TYPE));
    }
  },

  /**
   * Bytes with a scale for each output channel; activations become bytes with a scale for each row,
   * so that a row does not depend on its neighbours. Sums of 32 bits are exact, in any order. Where
   * pairs of products go through 16 bits (AVX2) activations have 7 bits, and nothing saturates.
   * {@code fine_product} computes the rest that rounding leaves as a second row.
   */
  INT8("__torch__.torch.classes.quantized.LinearPackedParamsBase", 1, Byte.BYTES, 12) {
    @Override
    String methods() {
      boolean exact = CpuFeatures.addsBytesExactly(CpuFeatures.here());
      int largest = exact ? Byte.MAX_VALUE : Byte.MAX_VALUE / 2;
      return """
          def pack(self: __torch__.M, w: Tensor) -> ${packed}:
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
            zeros = torch.zeros([torch.size(w, 0)], dtype=${int64})
            return ops.quantized.linear_prepack(torch._make_per_channel_quantized_tensor(q, scales, zeros, 0), None)
          def pack_embedding(self: __torch__.M, w: Tensor) -> Tensor:
            return torch.to(w, ${bfloat16})
          def product(self: __torch__.M, x: Tensor, w: ${packed}, bias: Optional[Tensor]) -> Tensor:
            scale = torch.div(torch.clamp_min(torch.amax(torch.abs(x), [1], True), 1e-10), ${largest}.)
            y = ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(torch.div(x, scale), 1., ${zero}, w)
            if torch.__isnot__(bias, None):
              z = torch.addcmul(unchecked_cast(Tensor, bias), y, scale)
            else:
              z = torch.mul_(y, scale)
            return z
          def fine_product(self: __torch__.M, x: Tensor, w: ${packed}, bias: Optional[Tensor]) -> Tensor:
            scale = torch.div(torch.clamp_min(torch.amax(torch.abs(x), [1], True), 1e-10), ${largest}.)
            scaled = torch.div(x, scale)
            coarse = torch.round(scaled)
            rest = torch.mul(torch.sub(scaled, coarse), ${double}.)
            both = ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(torch.cat([coarse, rest]), 1., ${zero}, w)
            n = torch.size(x, 0)
            y = torch.add(torch.narrow(both, 0, 0, n), torch.div(torch.narrow(both, 0, n, n), ${double}.))
            if torch.__isnot__(bias, None):
              z = torch.addcmul(unchecked_cast(Tensor, bias), y, scale)
            else:
              z = torch.mul_(y, scale)
            return z
          def logits(self: __torch__.M, x: Tensor, w: ${packed}, out: Tensor) -> Tensor:
            return torch.copy_(out, (self).product(x, w, None))
          """
          .replace("${packed}", type())
          .replace("${int8}", Integer.toString(INT8_TYPE))
          .replace("${int64}", Integer.toString(INT64_TYPE))
          .replace("${bfloat16}", Integer.toString(BFLOAT16_TYPE))
          .replace("${slice}", Integer.toString(SLICE))
          .replace("${largest}", Integer.toString(largest))
          .replace("${double}", Integer.toString(2 * largest))
          .replace("${zero}", Integer.toString(largest + 1));
    }
  };

  /** As TorchScript numbers its types. */
  private static final int INT8_TYPE = 1;

  private static final int INT64_TYPE = 4;
  private static final int FLOAT32_TYPE = 6;
  private static final int BFLOAT16_TYPE = 15;

  /** As float32 these are 400 MB, more than a cache. */
  private static final long LEAST_FOR_INT8 = 100_000_000;

  /** Rows that are quantized at once, which bounds what that takes for a while. */
  private static final int SLICE = 4096;

  private final String type;
  private final int rowMultiple;
  private final int elementBytes;
  private final int rowBytes;

  MatrixForm(String type, int rowMultiple, int elementBytes, int rowBytes) {
    this.type = type;
    this.rowMultiple = rowMultiple;
    this.elementBytes = elementBytes;
    this.rowBytes = rowBytes;
  }

  /** The form of a dtype for a model on this processor. */
  static MatrixForm of(Dtype dtype, WeightPlan plan) {
    return of(dtype, plan.matrixElements(), CpuFeatures.here());
  }

  /**
   * The form of a dtype. {@link Dtype#AUTO} is int8 where that is known to be the fastest: for
   * matrices that no cache holds, on a processor that adds products of bytes exactly. A function of
   * model and processor alone, so that a restart gives the same tokens.
   *
   * @param matrixElements of the model
   * @param cpuFlags see {@link CpuFeatures}
   */
  static MatrixForm of(Dtype dtype, long matrixElements, Set<String> cpuFlags) {
    return switch (dtype) {
      case AUTO ->
          matrixElements >= LEAST_FOR_INT8 && CpuFeatures.addsBytesExactly(cpuFlags)
              ? INT8
              : FLOAT32;
      case FLOAT32 -> FLOAT32;
      case BFLOAT16 -> BFLOAT16;
      case INT8 -> INT8;
    };
  }

  Dtype dtype() {
    return Dtype.valueOf(name());
  }

  /** The TorchScript type of a matrix. */
  String type() {
    return type;
  }

  /** Whether a matrix is the tensor that was read, and takes no memory beside it. */
  boolean isPlain() {
    return this == FLOAT32 && !PackedProducts.keepBits();
  }

  /** TorchScript methods, see the class. */
  abstract String methods();

  /**
   * The rows of a step are filled up to a multiple of this, so that their bits hold. Experts and
   * their router are float32 in every form.
   */
  int rowMultiple(ModelConfig config) {
    boolean any = this == FLOAT32 && PackedProducts.keepBits();
    return config.experts().isPresent() ? Evenness.ROWS : any ? 1 : rowMultiple;
  }

  /** What a matrix takes. */
  long matrixBytes(long rows, long columns) {
    return rows * columns * elementBytes + rows * rowBytes;
  }

  /** What the embedding takes, beside the head. */
  long embeddingBytes(long elements) {
    return elements * (this == FLOAT32 ? Float.BYTES : Short.BYTES);
  }
}
