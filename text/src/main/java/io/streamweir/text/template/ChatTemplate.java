package io.streamweir.text.template;

import static java.util.Objects.requireNonNull;

import io.streamweir.text.template.builtin.Builtins;
import io.streamweir.text.template.parse.Parser;
import io.streamweir.text.template.parse.SyntaxFailure;
import io.streamweir.text.template.run.Budget;
import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.run.Library;
import io.streamweir.text.template.run.Run;
import io.streamweir.text.template.run.Scope;
import io.streamweir.text.template.tree.Block;
import io.streamweir.text.template.value.StringValue;
import io.streamweir.text.template.value.TemplateFailure;
import io.streamweir.text.template.value.TextBuilder;
import java.time.Clock;
import java.util.Map;

/**
 * A parsed chat template.
 *
 * <p>Renders as Python's Jinja2 does when transformers sets it up (trim_blocks, lstrip_blocks, the
 * immutable sandbox, {@code tojson} without escaping, {@code raise_exception}, {@code
 * strftime_now}, {@code generation}, {@code break} and {@code continue}). Variables are data:
 * nothing that stands in a message is evaluated.
 *
 * <p>Immutable and thread-safe; parse once, render often. A rendering that exceeds the limits
 * fails.
 */
public final class ChatTemplate {
  /** The largest of known models have some 30,000. */
  static final int MAX_SOURCE_CHARS = 1_000_000;

  private final Block body;
  private final TemplateLimits limits;
  private final Library library;

  private ChatTemplate(Block body, TemplateLimits limits, Library library) {
    this.body = body;
    this.limits = limits;
    this.library = library;
  }

  /** Parses a template whose dates are of this machine's clock and zone. */
  public static ChatTemplate parse(String source, TemplateLimits limits) {
    return parse(source, limits, Clock.systemDefaultZone());
  }

  /**
   * Parses a template.
   *
   * @param clock what {@code strftime_now} shows
   * @throws TemplateException if it has a syntax error, uses what is not supported or has more than
   *     {@value #MAX_SOURCE_CHARS} characters
   */
  public static ChatTemplate parse(String source, TemplateLimits limits, Clock clock) {
    requireNonNull(limits, "limits is null");
    if (source.length() > MAX_SOURCE_CHARS) {
      throw new TemplateException(
          1,
          "the template has %d characters, at most %d are taken; is this a chat template?"
              .formatted(source.length(), MAX_SOURCE_CHARS),
          false,
          null);
    }
    try {
      return new ChatTemplate(Parser.parse(source), limits, Builtins.library(clock));
    } catch (SyntaxFailure e) {
      throw new TemplateException(e.line(), e.getMessage(), false, e);
    }
  }

  /**
   * The text of a conversation.
   *
   * @param variables maps, lists, strings, numbers, booleans and null, as parsed JSON has them
   * @throws TemplateException if the template refuses them, fails or exceeds a limit
   */
  public String render(Map<String, Object> variables) {
    return renderMarked(variables).text();
  }

  /**
   * As {@link #render}, with the knowledge of which characters came from the variables. Strings
   * that are given as {@link TrustedText} count as written by the template.
   */
  public RenderedText renderMarked(Map<String, ?> variables) {
    Budget budget = new Budget(limits.maxSteps(), limits.maxDepth());
    Run run = new Run(library, budget, limits.maxOutputChars());
    try {
      Scope scope = Scope.outermost(new Variables(limits.maxDepth()).convert(variables));
      Frame frame = new Frame(run, scope.inner(), new TextBuilder());
      body.execute(frame);
      StringValue text = frame.captured();
      return new RenderedText(text.text(), text.provenance());
    } catch (TemplateFailure e) {
      boolean refusal = e.kind() == TemplateFailure.Kind.RAISED;
      throw new TemplateException(run.line(), e.getMessage(), refusal, e);
    } catch (RuntimeException e) {
      // A template comes with a model from anywhere: whatever it does must cost its request only.
      throw new TemplateException(run.line(), "cannot be evaluated: " + e, false, e);
    } catch (StackOverflowError e) {
      // Values that a template nests in a loop can be deeper than any check on the source sees.
      throw new TemplateException(run.line(), "a value is nested too deeply", false, e);
    }
  }
}
