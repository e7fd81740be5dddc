/** Holds requests against the quotas of their tenants and API keys. */
package io.streamweir.router.quota;
