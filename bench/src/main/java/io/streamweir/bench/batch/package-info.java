/** How fast a batch is taken. */
package io.streamweir.bench.batch;
