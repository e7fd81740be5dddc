/**
 * Breaks a stack under load, at random but repeatably, and proves from its topics that nothing was
 * lost, doubled or contradicted.
 */
package io.streamweir.local.chaos;
