/** The threads and buffers behind the client library; no API. */
package io.streamweir.client.internal;
