package io.streamweir.engine.djl;

import io.streamweir.engine.core.TokenDecoder;
import io.streamweir.text.detokenize.StreamDetokenizer;
import io.streamweir.text.tokenizer.Vocabulary;
import java.util.List;

/** Decodes by the vocabulary of a model. Thread-safe; its decoders are not. */
record VocabularyDecoders(Vocabulary vocabulary) implements TokenDecoder.Factory {

  @Override
  public TokenDecoder create(List<String> stopStrings) {
    StreamDetokenizer detokenizer = new StreamDetokenizer(vocabulary, stopStrings);
    return new TokenDecoder() {
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
    };
  }

  @Override
  public byte[] spell(int tokenId) {
    return vocabulary.bytes(tokenId);
  }
}
