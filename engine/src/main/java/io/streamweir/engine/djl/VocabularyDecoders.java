package io.streamweir.engine.djl;

import io.streamweir.engine.TokenMask;
import io.streamweir.engine.core.TokenDecoder;
import io.streamweir.text.detokenize.StreamDetokenizer;
import io.streamweir.text.grammar.ConstraintCompiler;
import io.streamweir.text.grammar.ConstraintException;
import io.streamweir.text.grammar.ResponseFormat;
import io.streamweir.text.tokenizer.Vocabulary;
import java.util.List;
import java.util.Set;

/**
 * Decodes by the vocabulary of a model, and constrains by it. Thread-safe; its decoders and masks
 * are not.
 */
final class VocabularyDecoders implements TokenDecoder.Factory {

  private final Vocabulary vocabulary;
  private final Set<Integer> endTokenIds;
  private ConstraintCompiler compiler;

  /**
   * @param endTokenIds the ids that end an answer
   */
  VocabularyDecoders(Vocabulary vocabulary, Set<Integer> endTokenIds) {
    this.vocabulary = vocabulary;
    this.endTokenIds = endTokenIds;
  }

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
  public TokenMask.Factory constrain(String responseFormat) {
    try {
      return ResponseFormat.compile(responseFormat, compiler())
          .<TokenMask.Factory>map(constraint -> () -> new FormatMask(constraint))
          .orElse(null);
    } catch (ConstraintException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** Made for the first request that needs it. */
  private synchronized ConstraintCompiler compiler() {
    if (compiler == null) {
      compiler = new ConstraintCompiler(vocabulary, endTokenIds);
    }
    return compiler;
  }

  @Override
  public byte[] spell(int tokenId) {
    return vocabulary.bytes(tokenId);
  }
}
