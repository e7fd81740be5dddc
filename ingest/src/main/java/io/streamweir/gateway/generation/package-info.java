/** One request on its way: from the event to the last byte of the answer, whatever the protocol. */
package io.streamweir.gateway.generation;
