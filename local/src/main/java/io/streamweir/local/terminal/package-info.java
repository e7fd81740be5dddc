/** What the user of the command sees: lines, tables, a progress bar, failures in words. */
package io.streamweir.local.terminal;
