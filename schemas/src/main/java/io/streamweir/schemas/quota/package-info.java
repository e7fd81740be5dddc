/** How quotas are counted, by whoever does: the router for all, a gateway for a first guess. */
package io.streamweir.schemas.quota;
