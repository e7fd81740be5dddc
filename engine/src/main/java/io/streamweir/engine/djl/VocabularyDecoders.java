package io.streamweir.engine.djl;

import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.TokenMask;
import io.streamweir.engine.core.TokenDecoder;
import io.streamweir.text.detokenize.StreamDetokenizer;
import io.streamweir.text.grammar.AnswerFormat;
import io.streamweir.text.grammar.Constraint;
import io.streamweir.text.grammar.ConstraintCompiler;
import io.streamweir.text.grammar.ConstraintException;
import io.streamweir.text.output.OutputSyntax;
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
  private final OutputSyntax syntax;
  private final Set<Integer> endTokenIds;

  /** By the markers that answers spell out, made for the first request that needs them. */
  private final Map<Set<String>, ConstraintCompiler> compilers = new HashMap<>();

  /**
   * @param syntax how the model writes reasoning and tool calls
   * @param endTokenIds the ids that end an answer
   */
  VocabularyDecoders(Vocabulary vocabulary, OutputSyntax syntax, Set<Integer> endTokenIds) {
    this.vocabulary = vocabulary;
    this.syntax = syntax;
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
                vocabulary, stopStrings, syntax.markers(request.reading().tools() != null)),
            syntax,
            PromptEnd.text(request.promptTokenIds(), vocabulary),
            request.reading());
  }

  @Override
  public TokenMask.Factory constrain(String responseFormat) {
    try {
      Set<String> markers = syntax.markers(AnswerFormat.calls(responseFormat));
      return AnswerFormat.compile(responseFormat, compiler(markers))
          .map(this::maskFactory)
          .orElse(null);
    } catch (ConstraintException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private TokenMask.Factory maskFactory(Constraint constraint) {
    if (endTokenIds.isEmpty()) {
      throw new IllegalArgumentException(
          "An answer of this model cannot be held to a format, because it could not end: its"
              + " config.json and generation_config.json name no eos_token_id, and its"
              + " tokenizer_config.json no eos_token.");
    }
    return () -> new FormatMask(constraint);
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
