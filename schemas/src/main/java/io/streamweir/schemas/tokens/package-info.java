/** The rule by which every reader of the token log, a recovering writer among them, agrees. */
package io.streamweir.schemas.tokens;
