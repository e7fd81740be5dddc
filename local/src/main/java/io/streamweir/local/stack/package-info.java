/** The embedded stack: which processes it has, how they are configured, how they come and go. */
package io.streamweir.local.stack;
