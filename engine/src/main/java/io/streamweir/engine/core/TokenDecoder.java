package io.streamweir.engine.core;

import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.SequenceOutput.Reading;
import io.streamweir.engine.TokenMask;
import java.util.List;
import java.util.OptionalInt;

/** Turns the token ids of one completion into text as they come, watching for stop strings. */
public interface TokenDecoder {

  /** Adds a token; returns the text that is now certain, possibly empty. */
  String append(int tokenId);

  /** Whether a stop string was met; no more text follows. */
  boolean stopped();

  /** The text held back so far, if no stop string was met; nothing may be appended afterwards. */
  String finish();

  /**
   * What the text says that was released since the last call; null if it is not taken apart, as by
   * default.
   */
  default Reading read() {
    return null;
  }

  /** The token that has to come next, whatever the model says; none by default. */
  default OptionalInt forced() {
    return OptionalInt.empty();
  }

  /** The text side of a model. Makes the decoder of one completion. Thread-safe. */
  @FunctionalInterface
  interface Factory {
    TokenDecoder create(List<String> stopStrings);

    /** The decoder of a request; by default its answer is text. */
    default TokenDecoder create(EngineRequest request) {
      return create(request.sampling().stopStrings());
    }

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
