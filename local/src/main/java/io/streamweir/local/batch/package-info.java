/** A file of requests, from its upload to its answers, by the routes of the gateway. */
package io.streamweir.local.batch;
