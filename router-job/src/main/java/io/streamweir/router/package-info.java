/**
 * The routing job: what producers write becomes work for a deployment, or an answer that says why
 * not.
 */
package io.streamweir.router;
