/** From bytes to a request that obeys the rules, or to the reason why not. No state, no routing. */
package io.streamweir.router.admission;
