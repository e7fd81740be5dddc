/** The client library: produce requests, follow token streams, await results. */
package io.streamweir.client;
