package io.streamweir.engine.djl;

import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.TokenMask;
import io.streamweir.engine.core.TokenDecoder;
import io.streamweir.text.detokenize.StreamDetokenizer;
import io.streamweir.text.grammar.AnswerFormat;
import io.streamweir.text.grammar.ConstraintCompiler;
import io.streamweir.text.grammar.ConstraintException;
import io.streamweir.text.output.OutputFormat;
import io.streamweir.text.output.PromptEnd;
import io.streamweir.text.tokenizer.Vocabulary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decodes by the vocabulary of a model, and constrains by it. Thread-safe; its decoders and masks
 * are not.
 */
final class VocabularyDecoders implements TokenDecoder.Factory {

  private final Vocabulary vocabulary;
  private final OutputFormat format;
  private final Set<Integer> endTokenIds;

  /** By the markers that answers spell out, made for the first request that needs them. */
  private final Map<Set<String>, ConstraintCompiler> compilers = new HashMap<>();

  /**
   * @param format how the model writes reasoning and tool calls
   * @param endTokenIds the ids that end an answer
   */
  VocabularyDecoders(Vocabulary vocabulary, OutputFormat format, Set<Integer> endTokenIds) {
    this.vocabulary = vocabulary;
    this.format = format;
    this.endTokenIds = endTokenIds;
  }

  @Override
  public TokenDecoder create(List<String> stopStrings) {
    return new TextDecoder(new StreamDetokenizer(vocabulary, stopStrings));
  }

  @Override
  public TokenDecoder create(EngineRequest request) {
    List<String> stopStrings = request.sampling().stopStrings();
    return request.reading() == null
        ? create(stopStrings)
        : new AnswerDecoder(
            new StreamDetokenizer(
                vocabulary, stopStrings, format.markers(request.reading().tools() != null)),
            format,
            PromptEnd.text(request.promptTokenIds(), vocabulary),
            request.reading());
  }

  @Override
  public TokenMask.Factory constrain(String responseFormat) {
    try {
      Set<String> markers = format.markers(AnswerFormat.calls(responseFormat));
      return AnswerFormat.compile(responseFormat, compiler(markers))
          .<TokenMask.Factory>map(constraint -> () -> new FormatMask(constraint))
          .orElse(null);
    } catch (ConstraintException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private synchronized ConstraintCompiler compiler(Set<String> markers) {
    return compilers.computeIfAbsent(
        markers, used -> new ConstraintCompiler(vocabulary, endTokenIds, used));
  }

  @Override
  public byte[] spell(int tokenId) {
    return vocabulary.bytes(tokenId);
  }
}
