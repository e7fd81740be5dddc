package io.streamweir.models.training;

import io.streamweir.models.checkpoint.ModelShape;
import io.streamweir.models.checkpoint.Qwen2Layout;
import io.streamweir.models.checkpoint.TensorSpec;
import java.util.List;
import java.util.Map;

/**
 * TorchScript source of a Qwen2 decoder over one flat weight vector: the forward pass, and a whole
 * training step (loss, gradient, clipping, AdamW) in one call. One vector makes the optimizer a
 * handful of operations; splitting it is free in the forward pass and one concatenation in the
 * backward pass.
 */
final class TrainingScript {
  private static final String METHODS =
      """
        def rotate(self: __torch__.M, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
          halves = torch.chunk(x, 2, -1)
          turned = torch.cat([torch.neg(halves[1]), halves[0]], -1)
          return torch.add(torch.mul(x, cos), torch.mul(turned, sin))
        def heads(self: __torch__.M, x: Tensor, count: int) -> Tensor:
          y = torch.view(x, [torch.size(x, 0), torch.size(x, 1), count, ${headSize}])
          return torch.transpose(y, 1, 2)
        def attention(self: __torch__.M, x: Tensor, w: List[Tensor], i: int, cos: Tensor, sin: Tensor) -> Tensor:
          q = (self).heads(torch.linear(x, w[torch.add(i, 1)], w[torch.add(i, 2)]), ${heads})
          k = (self).heads(torch.linear(x, w[torch.add(i, 3)], w[torch.add(i, 4)]), ${kvHeads})
          v = (self).heads(torch.linear(x, w[torch.add(i, 5)], w[torch.add(i, 6)]), ${kvHeads})
          q0 = (self).rotate(q, cos, sin)
          k0 = torch.repeat_interleave((self).rotate(k, cos, sin), ${group}, 1)
          v0 = torch.repeat_interleave(v, ${group}, 1)
          o = torch.scaled_dot_product_attention(q0, k0, v0, None, 0., True)
          o0 = torch.reshape(torch.transpose(o, 1, 2), [torch.size(x, 0), torch.size(x, 1), ${hidden}])
          return torch.linear(o0, w[torch.add(i, 7)], None)
        def mlp(self: __torch__.M, x: Tensor, w: List[Tensor], i: int) -> Tensor:
          gate = torch.silu(torch.linear(x, w[torch.add(i, 9)], None))
          up = torch.linear(x, w[torch.add(i, 10)], None)
          return torch.linear(torch.mul(gate, up), w[torch.add(i, 11)], None)
        def weights(self: __torch__.M, theta: Tensor) -> List[Tensor]:
          parts = torch.split_with_sizes(theta, [${sizes}], 0)
          return [${views}]
        def hidden(self: __torch__.M, w: List[Tensor], ids: Tensor, drop: float) -> Tensor:
          t = torch.size(ids, 1)
          even = torch.arange(0, ${headSize}, 2, dtype=6)
          rate = torch.pow(${ropeTheta}, torch.div(torch.neg(even), ${headSize}))
          angle = torch.outer(torch.arange(t, dtype=6), rate)
          cos = torch.cos(torch.cat([angle, angle], -1))
          sin = torch.sin(torch.cat([angle, angle], -1))
          x = torch.dropout(torch.embedding(w[0], ids), drop, True)
          for layer in range(${layers}):
            i = torch.add(torch.mul(layer, ${perLayer}), 1)
            a = torch.rms_norm(x, [${hidden}], w[i], ${epsilon})
            x = torch.add(x, torch.dropout((self).attention(a, w, i, cos, sin), drop, True))
            m = torch.rms_norm(x, [${hidden}], w[torch.add(i, 8)], ${epsilon})
            x = torch.add(x, torch.dropout((self).mlp(m, w, i), drop, True))
          return torch.rms_norm(x, [${hidden}], w[${finalNorm}], ${epsilon})
        def logits(self: __torch__.M, theta: Tensor, ids: Tensor, rows: Tensor) -> Tensor:
          w = (self).weights(theta)
          x = torch.view((self).hidden(w, ids, 0.), [-1, ${hidden}])
          return torch.linear(torch.index_select(x, 0, rows), w[0], None)
        def forward(self: __torch__.M, theta: Tensor, m: Tensor, v: Tensor, decay: Tensor, rate: Tensor, ids: Tensor, rows: Tensor, targets: Tensor, importance: Tensor) -> Tensor:
          w = (self).weights(theta)
          x = torch.view((self).hidden(w, ids, ${dropout}), [-1, ${hidden}])
          scores = torch.linear(torch.index_select(x, 0, rows), w[0], None)
          each = torch.cross_entropy_loss(scores, targets, None, 0, -100, 0.)
          loss = torch.div(torch.sum(torch.mul(each, importance)), torch.sum(importance))
          found = torch.grad([loss], [theta], None, None, False, False)[0]
          gradient = torch.detach(ops.prim.unchecked_unwrap_optional(found))
          norm = torch.norm(gradient)
          clipped = torch.mul(gradient, torch.clamp(torch.mul(torch.reciprocal(norm), ${clip}), None, 1.))
          weights = torch.detach(theta)
          _0 = torch.add_(torch.mul_(m, ${beta1}), clipped, alpha=${beta1Rest})
          _1 = torch.addcmul_(torch.mul_(v, ${beta2}), clipped, clipped, value=${beta2Rest})
          deviation = torch.add(torch.mul(torch.sqrt(v), rate[1]), 1e-8)
          update = torch.add(torch.mul(torch.div(m, deviation), rate[0]), torch.mul(torch.mul(weights, decay), rate[2]))
          _2 = torch.sub_(weights, update)
          return torch.stack([torch.detach(loss), norm])
      """;

  private TrainingScript() {}

  /** The methods {@code logits} and {@code forward}; the latter is the training step. */
  static String of(ModelShape shape, Hyperparameters hyper) {
    List<TensorSpec> tensors = Qwen2Layout.tensors(shape);
    String sizes = String.join(", ", tensors.stream().map(t -> "" + t.size()).toList());
    StringBuilder views = new StringBuilder();
    for (int i = 0; i < tensors.size(); i++) {
      views.append(i == 0 ? "" : ", ");
      views.append("torch.view(parts[%d], %s)".formatted(i, tensors.get(i).shape()));
    }
    Map<String, Object> values =
        Map.ofEntries(
            Map.entry("headSize", shape.headSize()),
            Map.entry("heads", shape.heads()),
            Map.entry("kvHeads", shape.kvHeads()),
            Map.entry("group", shape.heads() / shape.kvHeads()),
            Map.entry("hidden", shape.hidden()),
            Map.entry("layers", shape.layers()),
            Map.entry("perLayer", Qwen2Layout.PER_LAYER),
            Map.entry("finalNorm", tensors.size() - 1),
            Map.entry("ropeTheta", shape.ropeTheta()),
            Map.entry("epsilon", shape.normEpsilon()),
            Map.entry("sizes", sizes),
            Map.entry("views", views),
            Map.entry("dropout", hyper.dropout()),
            Map.entry("clip", hyper.clipNorm()),
            Map.entry("beta1", hyper.beta1()),
            Map.entry("beta1Rest", 1 - hyper.beta1()),
            Map.entry("beta2", hyper.beta2()),
            Map.entry("beta2Rest", 1 - hyper.beta2()));
    String source = METHODS;
    for (Map.Entry<String, Object> value : values.entrySet()) {
      source = source.replace("${" + value.getKey() + "}", value.getValue().toString());
    }
    return source;
  }
}
