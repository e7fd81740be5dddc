/** From template source to the tree. */
package io.streamweir.text.template.parse;
