/** The dispatch topics as the journal of the router: no request runs on two replicas. */
package io.streamweir.router.journal;
