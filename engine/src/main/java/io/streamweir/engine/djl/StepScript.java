package io.streamweir.engine.djl;

import io.streamweir.engine.checkpoint.ModelConfig;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Generates the TorchScript of a model: method {@code step} computes a whole engine step in one
 * call, {@code attention} is the part that all architectures share.
 *
 * <p>The tokens of a step lie in one list: those of decoding sequences first (one each), then those
 * of prompt chunks. {@code dims} and {@code meta} describe it; {@link StepInputs} writes them, and
 * their layout is defined there. Keys and values are written to their slots of the pool first; then
 * each token attends to the blocks of its own sequence: decoding ones as a batch, padded to the
 * longest context in it with a block of zeros, chunks one by one. Logits are computed for the last
 * token of a sequence only and written to buffers that the caller owns. Rows that fill up a shape
 * ({@link Evenness}) stand behind the others and reach neither pool nor logits.
 */
final class StepScript {
  private static final String STEP =
      """
      def step(self: __torch__.M, dims: List[int], meta: Tensor, pool: Tensor, flat_keys: List[Tensor], flat_values: List[Tensor], cosines: Tensor, sines: Tensor, logits: Tensor, best: Tensor, best_ids: Tensor, embedding: Tensor, final_norm: Tensor, head: ${matrix}, ${parameters}) -> int:
        tokens = dims[0]
        decodes = dims[2]
        decode_blocks = dims[3]
        rows = dims[4]
        fresh = dims[5]
        chunks = dims[6]
        ids = torch.narrow(meta, 0, 0, tokens)
        positions = torch.narrow(meta, 0, tokens, tokens)
        slots = torch.narrow(meta, 0, tokens * 2, tokens)
        at = tokens * 3
        last = torch.narrow(meta, 0, at, rows)
        at = at + rows
        if torch.gt(fresh, 0):
          _0 = torch.index_fill_(pool, 1, torch.narrow(meta, 0, at, fresh), 0.)
        else:
          pass
        at = at + fresh
        zero = torch.zeros([1])
        minus_infinity = torch.log(zero)
        context = annotate(List[Tensor], [])
        _1 = torch.append(context, slots)
        _2 = torch.append(context, torch.unsqueeze(torch.index_select(cosines, 0, positions), 1))
        _3 = torch.append(context, torch.unsqueeze(torch.index_select(sines, 0, positions), 1))
        if torch.gt(decodes, 0):
          length = torch.view(torch.narrow(meta, 0, at, decodes), [decodes, 1, 1, 1])
          at = at + decodes
          _4 = torch.append(context, torch.narrow(meta, 0, at, decodes * decode_blocks))
          at = at + decodes * decode_blocks
          at_decode = torch.arange(decode_blocks * ${blockSize})
          visible = torch.lt(at_decode, length)${decode window}
          _5 = torch.append(context, torch.where(visible, zero, minus_infinity))
        else:
          pass
        for chunk in range(chunks):
          count = ${even dims[7 + chunk * 3]}
          start = dims[8 + chunk * 3]
          blocks = dims[9 + chunk * 3]
          _6 = torch.append(context, torch.narrow(meta, 0, at, blocks))
          at = at + blocks
          position = torch.unsqueeze(torch.add(torch.arange(count), start), 1)
          at_chunk = torch.arange(blocks * ${blockSize})
          seen = torch.le(at_chunk, position)${chunk window}
          _7 = torch.append(context, torch.where(seen, zero, minus_infinity))
        x = torch.to(torch.embedding(embedding, ids), 6)
        for layer in range(${layers}):
          x = (self).layer(x, dims, context, flat_keys[layer], flat_values[layer], ${arguments})
        if torch.gt(rows, 0):
          h = torch.rms_norm(torch.index_select(x, 0, last), [${hidden}], final_norm, ${eps})
          scores = (self).logits(h, head, torch.narrow(logits, 0, 0, rows))
          largest, where = torch.max(scores, 1)
          _8 = torch.copy_(torch.narrow(best, 0, 0, rows), largest)
          _9 = torch.copy_(torch.narrow(best_ids, 0, 0, rows), where)
        else:
          pass
        return rows
      """;

  /** A token at position p attends to p - window + 1 .. p only. */
  private static final String DECODE_WINDOW =
      "\n    visible = torch.logical_and(visible, torch.ge(at_decode, torch.sub(length, ${window})))";

  private static final String CHUNK_WINDOW =
      "\n    seen = torch.logical_and(seen, torch.gt(at_chunk, torch.sub(position, ${window})))";

  private static final String LAYER =
      """
      def layer(self: __torch__.M, x: Tensor, dims: List[int], context: List[Tensor], keys: Tensor, values: Tensor, ${parameters}) -> Tensor:
      """;

  private static final String ATTENTION =
      """
      def attention(self: __torch__.M, qk: Tensor, v: Tensor, dims: List[int], context: List[Tensor], keys: Tensor, values: Tensor) -> Tensor:
        rows = dims[0]
        tokens = dims[1]
        decodes = dims[2]
        chunks = dims[6]
        rotated = torch.addcmul(torch.mul(qk, context[1]), ${swapped qk}, context[2])
        k = torch.narrow(torch.narrow(rotated, 1, ${heads}, ${kvHeads}), 0, 0, tokens)
        slots = torch.narrow(context[0], 0, 0, tokens)
        _0 = torch.index_copy_(keys, 0, slots, torch.reshape(k, [tokens, ${kvWidth}]))
        _1 = torch.index_copy_(values, 0, slots, torch.narrow(v, 0, 0, tokens))
        key_blocks = torch.view(keys, [-1, ${blockSize} * ${kvWidth}])
        value_blocks = torch.view(values, [-1, ${blockSize} * ${kvWidth}])
        parts = annotate(List[Tensor], [])
        at = 3
        if torch.gt(decodes, 0):
          q = torch.narrow(torch.narrow(rotated, 1, 0, ${heads}), 0, 0, decodes)
          q1 = torch.reshape(q, [decodes, ${kvHeads}, ${group}, ${headDim}])${fill up q1}
          table = context[3]
          mask = context[4]
          shape = [decodes, dims[3] * ${blockSize}, ${kvHeads}, ${headDim}]
          k1 = torch.transpose(torch.view(torch.index_select(key_blocks, 0, table), shape), 1, 2)
          v1 = torch.transpose(torch.view(torch.index_select(value_blocks, 0, table), shape), 1, 2)
          o = torch.scaled_dot_product_attention(q1, k1, v1, mask)${cut o}
          _2 = torch.append(parts, torch.reshape(o, [decodes, ${qWidth}]))
          at = 5
        else:
          pass
        row = decodes
        for chunk in range(chunks):
          count = dims[7 + chunk * 3]
          even = ${even count}
          span = dims[9 + chunk * 3] * ${blockSize}
          table1 = context[at]
          mask1 = context[at + 1]
          at = at + 2
          q2 = torch.narrow(torch.narrow(rotated, 1, 0, ${heads}), 0, row, count)
          if torch.gt(even, count):
            q2 = torch.cat([q2, torch.zeros([even - count, ${heads}, ${headDim}])])
          else:
            pass
          row = row + count
          shape1 = [1, span, ${kvHeads}, ${headDim}]
          k2 = torch.transpose(torch.view(torch.index_select(key_blocks, 0, table1), shape1), 1, 2)
          v2 = torch.transpose(torch.view(torch.index_select(value_blocks, 0, table1), shape1), 1, 2)
          q3 = torch.transpose(torch.unsqueeze(q2, 0), 1, 2)
          o1 = torch.scaled_dot_product_attention(q3, ${repeated k2}, ${repeated v2}, mask1)
          o2 = torch.reshape(torch.transpose(o1, 1, 2), [even, ${qWidth}])
          _3 = torch.append(parts, torch.narrow(o2, 0, 0, count))
        if torch.gt(rows, tokens):
          _4 = torch.append(parts, torch.zeros([rows - tokens, ${qWidth}]))
        else:
          pass
        return torch.cat(parts)
      """;

  /** Where a key is shared by fewer queries than make an even shape. */
  private static final String FILL_UP_QUERIES =
      "\n    q1 = torch.cat([q1, torch.zeros([decodes, ${kvHeads}, ${missing}, ${headDim}])], 2)";

  private static final String CUT_QUERIES = "\n    o = torch.narrow(o, 2, 0, ${group})";

  private static final String POOL =
      """
      def new_pool(self: __torch__.M, blocks: int) -> Tensor:
        pool = torch.empty([${layers} * 2, blocks, ${blockSize} * ${kvWidth}])
        _0 = torch.zero_(torch.narrow(pool, 1, blocks - 1, 1))
        return pool
      def slots_of(self: __torch__.M, pool: Tensor, first: int) -> List[Tensor]:
        views = annotate(List[Tensor], [])
        for layer in range(${layers}):
          _0 = torch.append(views, torch.view(torch.select(pool, 0, layer * 2 + first), [-1, ${kvWidth}]))
        return views
      """;

  private StepScript() {}

  static String generate(DecoderLayer layer, ModelConfig config, MatrixForm form, int blockSize) {
    List<WeightSpec> weights = layer.weights(config, 0);
    String lists = join(weights, w -> w.name() + ": List[" + w.type(form) + "]");
    String tensors = join(weights, w -> w.name() + ": " + w.type(form));
    String items = join(weights, w -> w.name() + "[layer]");
    String step =
        STEP.replace("${parameters}", lists)
            .replace("${arguments}", items)
            .replace("${matrix}", form.type())
            .replace("${decode window}", window(layer, DECODE_WINDOW))
            .replace("${chunk window}", window(layer, CHUNK_WINDOW));
    String attention = ATTENTION.replace("${swapped qk}", layer.rotation().swapped(config));
    return fill(step, config, blockSize)
        + LAYER.replace("${parameters}", tensors)
        + layer.script(config).indent(2)
        + fill(attention + POOL, config, blockSize)
        + form.methods()
        + PackedProducts.FLOAT32.methods("float_");
  }

  private static String window(DecoderLayer layer, String line) {
    return layer.slidingWindow() == 0
        ? ""
        : line.replace("${window}", Integer.toString(layer.slidingWindow()));
  }

  private static String join(List<WeightSpec> weights, Function<WeightSpec, String> pattern) {
    return weights.stream().map(pattern).collect(Collectors.joining(", "));
  }

  private static String fill(String template, ModelConfig config, int blockSize) {
    int group = config.heads() / config.kvHeads();
    int queries = Evenness.here().queries(config.headDim());
    boolean even = group >= queries;
    return template
        .replace("${fill up q1}", even ? "" : FILL_UP_QUERIES)
        .replace("${cut o}", even ? "" : CUT_QUERIES)
        .replace("${missing}", Integer.toString(queries - group))
        .replace("${even count}", even("count", queries))
        .replace("${even dims[7 + chunk * 3]}", even("dims[7 + chunk * 3]", queries))
        .replace("${repeated k2}", repeated("k2", group))
        .replace("${repeated v2}", repeated("v2", group))
        .replace("${blockSize}", Integer.toString(blockSize))
        .replace("${layers}", Integer.toString(config.layers()))
        .replace("${hidden}", Integer.toString(config.hiddenSize()))
        .replace("${eps}", Double.toString(config.normEps()))
        .replace("${heads}", Integer.toString(config.heads()))
        .replace("${kvHeads}", Integer.toString(config.kvHeads()))
        .replace("${group}", Integer.toString(group))
        .replace("${headDim}", Integer.toString(config.headDim()))
        .replace("${qWidth}", Integer.toString(config.heads() * config.headDim()))
        .replace("${kvWidth}", Integer.toString(config.kvHeads() * config.headDim()));
  }

  /** TorchScript for the least multiple that is not less than a count. */
  static String even(String count, int of) {
    return "torch.floordiv(%s + %d, %d) * %d".formatted(count, of - 1, of, of);
  }

  private static String repeated(String tensor, int group) {
    return group == 1 ? tensor : "torch.repeat_interleave(" + tensor + ", " + group + ", 1)";
  }
}
