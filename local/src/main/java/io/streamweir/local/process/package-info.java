/**
 * Processes that outlive the command that started them: started, found again, told apart from
 * strangers, stopped.
 */
package io.streamweir.local.process;
