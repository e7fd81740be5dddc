package io.streamweir.text.template.run;

import io.streamweir.text.template.value.StringValue;
import io.streamweir.text.template.value.TemplateFailure;
import io.streamweir.text.template.value.TextBuilder;
import io.streamweir.text.template.value.Value;

/** One rendering: its budget, the library, and the line it has got to. Used by one thread. */
public final class Run {
  private final Library library;
  private final Budget budget;
  private final int maxOutput;
  private int line = 1;

  public Run(Library library, Budget budget, int maxOutput) {
    this.library = library;
    this.budget = budget;
    this.maxOutput = maxOutput;
  }

  public Library library() {
    return library;
  }

  public Budget budget() {
    return budget;
  }

  /** The line of the statement that is being executed. */
  public int line() {
    return line;
  }

  public void atLine(int statementLine) {
    this.line = statementLine;
  }

  /** Writes a value to an output, within the limit. */
  public void write(TextBuilder out, Value value) {
    StringValue text = value.string();
    budget.made(text);
    if (text.text().length() > maxOutput - out.length()) {
      throw TemplateFailure.limit(
          "the output is longer than " + maxOutput + " characters (maxOutputChars)");
    }
    out.append(text);
  }
}
