/** Which requests are new, and which deployment takes them: dedupe, catalogue, choice. */
package io.streamweir.router.routing;
