/** The Anthropic protocol: messages, streamed as typed events or whole, and its errors. */
package io.streamweir.gateway.anthropic;
