/**
 * Labelled customer utterances: reading, varying, and the question and answer texts made of them.
 */
package io.streamweir.models.data;
