/** The gateway's way to Kafka, and whether it is open. */
package io.streamweir.gateway.backend;
