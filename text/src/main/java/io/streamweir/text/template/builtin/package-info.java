/** The filters, tests and global functions that chat templates rely on. */
package io.streamweir.text.template.builtin;
