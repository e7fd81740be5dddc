/** What both Flink jobs share. */
package io.streamweir.flink;
