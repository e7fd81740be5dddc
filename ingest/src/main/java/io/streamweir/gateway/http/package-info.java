/** HTTP without any API protocol: routes, bodies with a limit, errors. */
package io.streamweir.gateway.http;
