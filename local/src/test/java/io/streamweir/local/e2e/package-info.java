/**
 * The whole path on the real stack: every process that {@code weir up} starts, and the trained
 * model.
 */
package io.streamweir.local.e2e;
