/**
 * The values a template computes with, with the semantics of their Python counterparts: a template
 * was written against Python, and what it prints must be equal byte by byte.
 */
package io.streamweir.text.template.value;
