/** The inference job: one per deployment. */
package io.streamweir.inference;
