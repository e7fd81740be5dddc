/**
 * Request bodies of any protocol: which parameters a route has, what they must be, what they mean.
 */
package io.streamweir.gateway.parameters;
