/** Threads. */
package io.streamweir.threads;
