package io.streamweir.text.template;

import io.streamweir.text.template.value.Provenance;

/**
 * A rendered conversation.
 *
 * @param text the text
 * @param provenance which of its chars the template wrote
 */
public record RenderedText(String text, Provenance provenance) {}
