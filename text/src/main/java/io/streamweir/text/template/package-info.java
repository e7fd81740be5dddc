/**
 * Chat templates: an interpreter of the subset of Jinja that Hugging Face chat templates are
 * written in, byte for byte equal to the original on the templates of well-known models.
 */
package io.streamweir.text.template;
