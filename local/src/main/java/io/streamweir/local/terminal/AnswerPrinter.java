package io.streamweir.local.terminal;

/**
 * Prints an answer as it comes, each part under its name: reasoning and tool calls can be told from
 * what is said. Not thread-safe.
 */
public final class AnswerPrinter {

  private static final String FAINT = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";

  private enum Part {
    NONE,
    REASONING,
    CONTENT,
    CALL
  }

  private final Terminal terminal;
  private Part part = Part.NONE;

  public AnswerPrinter(Terminal terminal) {
    this.terminal = terminal;
  }

  public void reasoning(String text) {
    if (text.isEmpty()) {
      return;
    }
    if (part != Part.REASONING) {
      begin(Part.REASONING);
      terminal.text("[reasoning] ");
    }
    terminal.text(terminal.interactive() ? FAINT + text + PLAIN : text);
  }

  public void content(String text) {
    if (text.isEmpty()) {
      return;
    }
    if (part != Part.CONTENT) {
      var answers = part != Part.NONE;
      begin(Part.CONTENT);
      terminal.text(answers ? "[answer] " : "");
    }
    terminal.text(text);
  }

  /** A tool is called; its arguments follow. */
  public void call(String function) {
    begin(Part.CALL);
    terminal.text("[calls " + function + "] ");
  }

  /** More of the JSON of a call's arguments. */
  public void arguments(String json) {
    terminal.text(json);
  }

  private void begin(Part next) {
    if (part != Part.NONE) {
      terminal.line("");
    }
    part = next;
  }
}
