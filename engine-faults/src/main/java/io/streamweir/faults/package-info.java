/** Faults of an engine, on command. */
package io.streamweir.faults;
