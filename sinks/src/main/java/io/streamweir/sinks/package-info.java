/** Consumers of results and usage. */
package io.streamweir.sinks;
