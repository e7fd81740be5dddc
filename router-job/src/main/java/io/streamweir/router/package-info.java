/** The routing job: validate, dedupe, tokenize, lane, route, dispatch. */
package io.streamweir.router;
