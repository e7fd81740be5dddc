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
          Markers.HARMONY_START,
          Markers.HARMONY_CHANNEL,
          Markers.HARMONY_CONSTRAIN,
          Markers.HARMONY_MESSAGE,
          Markers.HARMONY_END,
          Markers.HARMONY_CALL,
          Markers.HARMONY_RETURN);

  private static final int RECIPIENT_BEFORE_CHANNEL = 1;
  private static final int CHANNEL = 2;
  private static final int RECIPIENT = 3;
  private static final Markup HEADER =
      Markup.of(
          "(?:%sassistant)?(?:\\s*to=([^\\s<]+))?\\s*"
              + "%s(\\w+)\\s*(?:to=([^\\s<]+))?[^<]*"
              + "(?:%s[^<]*)?%s",
          Markers.HARMONY_START,
          Markers.HARMONY_CHANNEL,
          Markers.HARMONY_CONSTRAIN,
          Markers.HARMONY_MESSAGE);
  private static final String FUNCTIONS = "functions.";

  /** A message that is not ended before the next one begins; its marker is not taken. */
  private static final String NEXT = Markers.HARMONY_START;

  private static final MarkerSearch END =
      new MarkerSearch(
          List.of(Markers.HARMONY_END, Markers.HARMONY_CALL, Markers.HARMONY_RETURN, NEXT));

  private final boolean toolsOffered;
  private final State text =
      TextState.exact(List.of(Markers.HARMONY_START, Markers.HARMONY_CHANNEL), this::header);

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
    private final JsonSpan arguments = new JsonSpan();
    private boolean blank = true;
    private boolean complete;

    private Body(BiConsumer<Emitter, String> meaning, boolean thinking, boolean call) {
      this.meaning = meaning;
      this.thinking = thinking;
      this.call = call;
    }

    @Override
    public boolean thinking() {
      return thinking;
    }

    /** An end token is no text: where the arguments are complete the call is. */
    @Override
    public boolean insideCall() {
      return call && !complete;
    }

    private void follow(String body) {
      for (int i = 0; i < body.length() && !complete; i++) {
        boolean before = blank && Lines.isSpace(body.charAt(i));
        blank = before;
        complete = !before && arguments.accept(body.charAt(i)) == JsonSpan.Step.LAST;
      }
    }

    @Override
    public State advance(Input in, Emitter out) {
      Match match = END.find(in, 0);
      String body = in.take(match.at());
      if (call) {
        follow(body);
      }
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
