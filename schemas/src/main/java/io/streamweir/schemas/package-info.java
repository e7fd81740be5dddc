/** The records of Streamweir, their serdes, and the one table of topics. */
package io.streamweir.schemas;
