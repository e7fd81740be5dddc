/** The weir command: embedded stack, supervisor, demo. */
package io.streamweir.local;
