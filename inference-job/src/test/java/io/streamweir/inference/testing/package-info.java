/** A scripted engine, and a rig of broker and Flink cluster to run the job on. */
package io.streamweir.inference.testing;
