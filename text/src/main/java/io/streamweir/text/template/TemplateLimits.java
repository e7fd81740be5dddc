package io.streamweir.text.template;

/**
 * What one rendering may use up.
 *
 * @param maxSteps statements, calls and turns of loops; handling 16 characters counts as one
 * @param maxOutputChars length of the rendered text
 * @param maxDepth how deep macros may call each other, and how deep a variable may be nested
 */
public record TemplateLimits(long maxSteps, int maxOutputChars, int maxDepth) {
  /** Room for prompts of several million characters; a rendering that uses it up takes seconds. */
  public static final TemplateLimits DEFAULT = new TemplateLimits(20_000_000, 16_000_000, 100);

  public TemplateLimits {
    if (maxSteps <= 0 || maxOutputChars <= 0 || maxDepth <= 0) {
      throw new IllegalArgumentException(
          "Template limits must be positive: maxSteps=%d, maxOutputChars=%d, maxDepth=%d."
              .formatted(maxSteps, maxOutputChars, maxDepth));
    }
  }
}
