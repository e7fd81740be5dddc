/** What can become of a request in the router, as records for the sinks. */
package io.streamweir.router.outcome;
