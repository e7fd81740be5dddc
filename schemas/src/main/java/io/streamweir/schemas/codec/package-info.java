/** Avro records as bytes in the Confluent wire format. */
package io.streamweir.schemas.codec;
