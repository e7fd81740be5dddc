package io.streamweir.engine.djl;

import io.streamweir.engine.core.TokenDecoder;
import io.streamweir.text.detokenize.StreamDetokenizer;

/** An answer that is text. */
record TextDecoder(StreamDetokenizer detokenizer) implements TokenDecoder {
  @Override
  public String append(int tokenId) {
    return detokenizer.append(tokenId);
  }

  @Override
  public boolean stopped() {
    return detokenizer.stopped();
  }

  @Override
  public String finish() {
    return detokenizer.finish();
  }
}
