/** JSON documents and JSON Schema as grammars. */
package io.streamweir.text.grammar.schema;
