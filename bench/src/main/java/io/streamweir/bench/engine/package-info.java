/** The djl engine by itself, without Kafka and Flink, beside llama.cpp on the same machine. */
package io.streamweir.bench.engine;
