/**
 * The token log as the journal of its writer: what predecessors released is fenced by a marker,
 * read back and gone on with.
 */
package io.streamweir.inference.journal;
