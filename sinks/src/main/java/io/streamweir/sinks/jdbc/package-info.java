/** Usage records in a PostgreSQL database, each once. */
package io.streamweir.sinks.jdbc;
