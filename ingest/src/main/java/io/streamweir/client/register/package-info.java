/** Which streams there are, for requests whose id does not tell where the log has them. */
package io.streamweir.client.register;
