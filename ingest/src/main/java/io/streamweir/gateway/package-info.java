/**
 * The HTTP door: OpenAI requests in, events on Kafka out, token streams back.
 *
 * <p>{@code http} knows HTTP and no protocol, {@code generation} follows one request and knows no
 * protocol either, {@code openai} is the protocol, {@code backend} the way to Kafka, {@code stats}
 * what the gateway adds to the latency.
 */
package io.streamweir.gateway;
