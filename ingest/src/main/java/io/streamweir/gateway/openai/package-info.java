/** The OpenAI protocol: which parameters are honoured, what requests and answers look like. */
package io.streamweir.gateway.openai;
