/** What the gateway counts and measures. */
package io.streamweir.gateway.stats;
