/** Flink's REST API, as far as the command needs it, and the checkpoints that its jobs leave. */
package io.streamweir.local.flink;
