package io.streamweir.text.template;

import static java.util.Objects.requireNonNull;

/**
 * A variable that counts as written by the template: a special token of the model, the name of a
 * known role.
 *
 * @param text the text
 */
public record TrustedText(String text) {
  public TrustedText {
    requireNonNull(text, "text is null");
  }
}
