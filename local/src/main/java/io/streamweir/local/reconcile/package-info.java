/** Do the topics agree: what was asked, streamed, answered, billed and added up. */
package io.streamweir.local.reconcile;
