/** Creation and check of the topics and schemas that everything else relies on. */
package io.streamweir.client.topics;
