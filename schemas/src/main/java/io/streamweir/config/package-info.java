/**
 * Typed configuration: every key in a table with default, unit and one line of doc; unknown keys
 * fail.
 */
package io.streamweir.config;
