package io.streamweir.text.output;

import io.streamweir.text.output.MarkerSearch.Match;
import io.streamweir.text.output.Markup.Attempt;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The messages of gpt-oss: a header with a channel and perhaps a recipient, then a body. The
 * channel {@code analysis} is reasoning, a message to a recipient is a tool call, everything else
 * is content. The prompt ends inside the first header.
 */
final class HarmonyMessages implements CallSyntax {
  static final List<String> MARKERS =
      List.of(
          "<|start|>",
          "<|channel|>",
          "<|constrain|>",
          "<|message|>",
          "<|end|>",
          "<|call|>",
          "<|return|>");

  private static final int RECIPIENT_BEFORE_CHANNEL = 1;
  private static final int CHANNEL = 2;
  private static final int RECIPIENT = 3;
  private static final Markup HEADER =
      new Markup(
          "(?:<\\|start\\|>assistant)?(?:\\s*to=([^\\s<]+))?\\s*"
              + "<\\|channel\\|>(\\w+)\\s*(?:to=([^\\s<]+))?[^<]*"
              + "(?:<\\|constrain\\|>[^<]*)?<\\|message\\|>");
  private static final String FUNCTIONS = "functions.";

  /** A message that is not ended before the next one begins; its marker is not taken. */
  private static final String NEXT = "<|start|>";

  private static final MarkerSearch END =
      new MarkerSearch(List.of("<|end|>", "<|call|>", "<|return|>", NEXT));

  private final boolean toolsOffered;
  private final State text = TextState.exact(List.of("<|start|>", "<|channel|>"), this::header);

  HarmonyMessages(boolean toolsOffered) {
    this.toolsOffered = toolsOffered;
  }

  @Override
  public State content() {
    return header(0);
  }

  private State header(int opening) {
    return new CallStart(opening, HEADER, this::begin, text);
  }

  private State begin(Attempt match, Input in, Emitter out) {
    boolean analysis = match.group(CHANNEL).equals("analysis");
    String before = match.group(RECIPIENT_BEFORE_CHANNEL);
    String recipient = before == null ? match.group(RECIPIENT) : before;
    out.markup(in.take(match.end()));
    if (recipient != null && toolsOffered) {
      out.startCall(
          recipient.startsWith(FUNCTIONS) ? recipient.substring(FUNCTIONS.length()) : recipient);
      return new Body(Emitter::arguments, false, true);
    }
    return analysis
        ? new Body(Emitter::reasoning, true, false)
        : new Body(Emitter::content, false, false);
  }

  /** A call without any body has an empty object; its last marker may be an end token, not seen. */
  private final class Body implements State {
    private final BiConsumer<Emitter, String> meaning;
    private final boolean thinking;
    private final boolean call;
    private boolean blank = true;

    private Body(BiConsumer<Emitter, String> meaning, boolean thinking, boolean call) {
      this.meaning = meaning;
      this.thinking = thinking;
      this.call = call;
    }

    @Override
    public boolean thinking() {
      return thinking;
    }

    @Override
    public boolean insideCall() {
      return call;
    }

    @Override
    public State advance(Input in, Emitter out) {
      Match match = END.find(in, 0);
      String body = in.take(match.at());
      blank &= body.isBlank();
      meaning.accept(out, body);
      if (call && blank && (match.found() || in.ended())) {
        out.converted("", "{}");
        blank = false;
      }
      if (!match.found()) {
        return null;
      }
      if (!match.marker().equals(NEXT)) {
        out.markup(in.take(match.marker().length()));
      }
      return text;
    }
  }
}
