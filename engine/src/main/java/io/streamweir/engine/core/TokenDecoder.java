package io.streamweir.engine.core;

import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.TokenMask;
import java.util.List;

/** Turns the token ids of one completion into text as they come, watching for stop strings. */
public interface TokenDecoder {

  /** Adds a token; returns the text that is now certain, possibly empty. */
  String append(int tokenId);

  /** Whether a stop string was met; no more text follows. */
  boolean stopped();

  /** The text held back so far, for a completion that ends without a stop string. */
  String finish();

  /** The text side of a model. Makes the decoder of one completion. Thread-safe. */
  @FunctionalInterface
  interface Factory {
    TokenDecoder create(List<String> stopStrings);

    /** The bytes that a token stands for, see {@link InferenceEngine#spell}; none by default. */
    default byte[] spell(int tokenId) {
      return new byte[0];
    }

    /** See {@link InferenceEngine#constrain}; follows no format by default. */
    default TokenMask.Factory constrain(String responseFormat) {
      throw new IllegalArgumentException("This engine cannot follow a response_format.");
    }
  }
}
