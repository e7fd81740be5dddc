/** What a gateway knows of quotas: enough to refuse most of what the router would refuse. */
package io.streamweir.gateway.quota;
