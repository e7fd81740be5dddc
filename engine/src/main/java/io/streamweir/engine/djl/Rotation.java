package io.streamweir.engine.djl;

import io.streamweir.engine.checkpoint.ModelConfig;

/** Which channels of a head turn together, in a rotary embedding of its first n channels. */
enum Rotation {
  /** Channel i with channel i + n/2. */
  HALVES {
    @Override
    int first(int pair, int channels) {
      return pair;
    }

    @Override
    int second(int pair, int channels) {
      return pair + channels / 2;
    }

    @Override
    String swapped(ModelConfig config) {
      int channels = config.rotary().channels();
      int rest = config.headDim() - channels;
      if (rest == 0) {
        return "torch.roll(qk, [" + channels / 2 + "], [2])";
      }
      String turning = "torch.roll(torch.narrow(qk, 2, 0, %d), [%d], [2])";
      String whole = "torch.cat([" + turning + ", torch.narrow(qk, 2, %d, %d)], 2)";
      return whole.formatted(channels, channels / 2, channels, rest);
    }
  },

  /** Channel 2i with channel 2i + 1. */
  NEIGHBOURS {
    @Override
    int first(int pair, int channels) {
      return 2 * pair;
    }

    @Override
    int second(int pair, int channels) {
      return 2 * pair + 1;
    }

    @Override
    String swapped(ModelConfig config) {
      int heads = config.heads() + config.kvHeads();
      int dim = config.headDim();
      return "torch.view(torch.roll(torch.view(qk, [-1, %d, %d, 2]), [1], [3]), [-1, %d, %d])"
          .formatted(heads, dim / 2, heads, dim);
    }
  };

  abstract int first(int pair, int channels);

  abstract int second(int pair, int channels);

  /**
   * An expression for {@code qk} [tokens, heads, headDim] with the channels of each pair swapped;
   * what it has in channels that do not turn is of no account, their sines are 0.
   */
  abstract String swapped(ModelConfig config);
}
