/** OpenAI's Responses API without its memory: each request says all, nothing is stored. */
package io.streamweir.gateway.responses;
