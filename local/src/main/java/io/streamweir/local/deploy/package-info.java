/** Deployments: what one is, how it is launched as a Flink job, how it ends. */
package io.streamweir.local.deploy;
