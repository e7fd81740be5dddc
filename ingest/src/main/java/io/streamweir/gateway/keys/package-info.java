/** API keys: who may ask, for which tenant, for which models. */
package io.streamweir.gateway.keys;
