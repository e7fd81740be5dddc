/** What exactly-once costs: the inference job with and without its transactions. */
package io.streamweir.bench.delivery;
