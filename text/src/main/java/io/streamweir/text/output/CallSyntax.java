package io.streamweir.text.output;

/** How one family of models writes tool calls into its content. */
interface CallSyntax {

  /** The state at the beginning of the content. */
  State content();
}
