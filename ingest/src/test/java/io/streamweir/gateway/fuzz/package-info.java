/** Every parser that somebody outside can reach, with input that is damaged. */
package io.streamweir.gateway.fuzz;
