/** Benchmarks, side by side with peers, each with a JSON report. */
package io.streamweir.bench;
