/** The commands: options in, calls to the other packages, exit status out. */
package io.streamweir.local.cli;
