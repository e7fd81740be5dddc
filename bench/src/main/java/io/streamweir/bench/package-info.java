/** Benchmarks, side by side with peers. */
package io.streamweir.bench;
