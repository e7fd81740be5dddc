/** The reader's rule of the dispatch topics: which run of the router counts. */
package io.streamweir.schemas.dispatch;
