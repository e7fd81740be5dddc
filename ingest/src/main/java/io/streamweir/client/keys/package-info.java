/** API keys and the quotas of tenants, as whoever administrates them sees them. */
package io.streamweir.client.keys;
