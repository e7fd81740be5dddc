/** The Confluent Schema Registry protocol, as far as records need it. */
package io.streamweir.schemas.registry;
