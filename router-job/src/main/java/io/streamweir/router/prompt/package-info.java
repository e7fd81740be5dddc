/** From a request's text to token ids and resolved sampling, with the files of its model. */
package io.streamweir.router.prompt;
