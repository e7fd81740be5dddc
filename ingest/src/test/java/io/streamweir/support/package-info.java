/** What the tests share: a broker, a log of tokens to write to, subscribers to look at. */
package io.streamweir.support;
