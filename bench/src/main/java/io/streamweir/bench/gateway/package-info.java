/**
 * What the way through gateway, Kafka and both jobs costs, measured with an engine that computes
 * nothing, beside a plain reverse proxy to the same engine.
 */
package io.streamweir.bench.gateway;
