/** The deployments and their replicas, as the compacted topics tell. */
package io.streamweir.client.catalogue;
