/**
 * The parsed template: one small immutable class a construct, which evaluates itself. Shared by all
 * renderings; what changes is in the frame.
 */
package io.streamweir.text.template.tree;
