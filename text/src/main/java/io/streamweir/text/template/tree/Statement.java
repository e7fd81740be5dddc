package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;

/** Something that is executed. */
public sealed interface Statement
    permits Data,
        Output,
        If,
        For,
        LoopControl,
        Assignment,
        CapturedAssignment,
        FilterBlock,
        Macro,
        ScopedBlock {

  /** How execution goes on after a statement. */
  enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  /** The line it starts on, for messages. */
  int line();

  Flow execute(Frame frame);
}
