/** A real Kafka broker in this process. */
package io.streamweir.kafka;
