/** Records as Kafka holds them, and the schemas that it takes to read them. */
package io.streamweir.router.source;
