/** Batches: the lines of a file become requests on the offline lane, their results two files. */
package io.streamweir.gateway.batches;
