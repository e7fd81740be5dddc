/** The engine SPI: what every inference engine offers to the operator that drives it. */
package io.streamweir.engine;
