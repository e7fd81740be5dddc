/** Requests by hand: read from files, sent, their results written. */
package io.streamweir.local.requests;
