/**
 * The inference operator: it takes requests from the lanes, drives an engine, keeps what is in
 * flight in its state, and writes tokens, results and usage.
 */
package io.streamweir.inference.operator;
