/** Files that tenants upload and batches write: kept as chunks on a topic. */
package io.streamweir.gateway.files;
