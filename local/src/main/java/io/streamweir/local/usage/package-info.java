/** What the usage ledger answers, for people. */
package io.streamweir.local.usage;
