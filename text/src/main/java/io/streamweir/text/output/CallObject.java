package io.streamweir.text.output;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.text.output.JsonSpan.Step;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A call written as a JSON object with a name and arguments, in any order and beside other members.
 * The call starts when its name is known and its arguments begin; until then everything stays in
 * the input, so that what turns out to be no call can be given back as it was.
 *
 * <p>Arguments that are an object pass as they come. Some models write the object into a string;
 * that one passes when it is complete, without the quotes.
 */
final class CallObject implements State {
  private static final Set<String> ARGUMENT_KEYS = Set.of("arguments", "parameters");

  private enum Phase {
    OBJECT,
    FIRST_KEY,
    KEY,
    IN_KEY,
    COLON,
    VALUE,
    IN_VALUE,
    STREAMING,
    MEMBER_END
  }

  private enum Progress {
    GOING_ON,
    COMPLETE,
    BROKEN
  }

  private final Predicate<String> accepted;
  private final State after;
  private final State refused;

  private Phase phase = Phase.OBJECT;

  /** The next character to look at; those before it are understood but still in the input. */
  private int at;

  private int tokenStart;
  private JsonSpan span = new JsonSpan();
  private String key;
  private String name;
  private boolean started;

  /** Arguments that were complete before the call could start, and where they stand. */
  private String heldArguments;

  private String heldJson;
  private int heldStart;

  /**
   * @param opening how many characters of markup stand before the object in the input
   * @param accepted the names that make it a call
   * @param after goes on behind the object, or where it breaks off after the call has started
   * @param refused goes on when it is no call, after the text has been given back
   */
  CallObject(int opening, Predicate<String> accepted, State after, State refused) {
    this.at = opening;
    this.accepted = accepted;
    this.after = after;
    this.refused = refused;
  }

  @Override
  public boolean insideCall() {
    return phase == Phase.STREAMING;
  }

  @Override
  public State advance(Input in, Emitter out) {
    Progress progress = Progress.GOING_ON;
    while (progress == Progress.GOING_ON && at < in.length()) {
      progress = accept(in.charAt(at), in, out);
    }
    if (phase == Phase.STREAMING) {
      passArguments(in, out);
    }
    boolean cutOff = in.ended() && in.length() > 0;
    if (progress == Progress.COMPLETE) {
      return complete(in, out);
    }
    return progress == Progress.BROKEN || cutOff ? giveBack(in, out) : null;
  }

  private Progress accept(char c, Input in, Emitter out) {
    if (Lines.isSpace(c) && phase != Phase.IN_KEY && phase != Phase.IN_VALUE && !insideCall()) {
      at++;
      return Progress.GOING_ON;
    }
    return switch (phase) {
      case OBJECT -> expect(c, '{', Phase.FIRST_KEY);
      case FIRST_KEY -> c == '}' ? closed() : beginKey(c);
      case KEY -> beginKey(c);
      case IN_KEY -> inKey(c, in);
      case COLON -> expect(c, ':', Phase.VALUE);
      case VALUE -> beginValue(c, in, out);
      case IN_VALUE -> inValue(c, in, out);
      case STREAMING -> inArguments(c, in, out);
      case MEMBER_END -> c == '}' ? closed() : expect(c, ',', Phase.KEY);
    };
  }

  private Progress expect(char c, char expected, Phase next) {
    if (c != expected) {
      return Progress.BROKEN;
    }
    at++;
    phase = next;
    return Progress.GOING_ON;
  }

  private Progress closed() {
    at++;
    return started || name != null ? Progress.COMPLETE : Progress.BROKEN;
  }

  private Progress beginKey(char c) {
    begin(Phase.IN_KEY);
    return c == '"' ? Progress.GOING_ON : Progress.BROKEN;
  }

  private void begin(Phase next) {
    tokenStart = at;
    span = new JsonSpan();
    phase = next;
  }

  private Progress inKey(char c, Input in) {
    at++;
    if (span.accept(c) == Step.LAST) {
      key = in.subSequence(tokenStart + 1, at - 1).toString();
      phase = Phase.COLON;
    }
    return Progress.GOING_ON;
  }

  private Progress beginValue(char c, Input in, Emitter out) {
    boolean arguments = ARGUMENT_KEYS.contains(key) && !started;
    if (arguments && c == '{' && name != null && heldJson == null) {
      out.markup(in.take(at));
      at = 0;
      start(out);
      begin(Phase.STREAMING);
      return Progress.GOING_ON;
    }
    begin(Phase.IN_VALUE);
    return arguments && "{\"n".indexOf(c) < 0 ? Progress.BROKEN : Progress.GOING_ON;
  }

  private Progress inArguments(char c, Input in, Emitter out) {
    Step step = span.accept(c);
    if (step == Step.BROKEN || step == Step.BEYOND) {
      return Progress.BROKEN;
    }
    at++;
    if (step == Step.LAST) {
      passArguments(in, out);
      phase = Phase.MEMBER_END;
    }
    return Progress.GOING_ON;
  }

  private void passArguments(Input in, Emitter out) {
    out.arguments(in.take(at));
    at = 0;
  }

  private Progress inValue(char c, Input in, Emitter out) {
    Step step = span.accept(c);
    if (step == Step.BROKEN) {
      return Progress.BROKEN;
    }
    if (step != Step.BEYOND) {
      at++;
    }
    if (step == Step.INSIDE) {
      return Progress.GOING_ON;
    }
    phase = Phase.MEMBER_END;
    String value = in.subSequence(tokenStart, at).toString();
    if (started) {
      return Progress.GOING_ON;
    }
    boolean understood =
        key.equals("name") ? takeName(value) : !ARGUMENT_KEYS.contains(key) || holdArguments(value);
    if (understood && name != null && heldJson != null) {
      startWithHeld(in, out);
    }
    return understood ? Progress.GOING_ON : Progress.BROKEN;
  }

  private boolean takeName(String value) {
    Optional<String> text =
        JsonText.parse(value).filter(JsonNode::isTextual).map(JsonNode::textValue);
    name = text.filter(found -> !found.isEmpty()).filter(accepted).orElse(null);
    return name != null;
  }

  private boolean holdArguments(String value) {
    heldArguments = value;
    heldStart = tokenStart;
    if (value.startsWith("{")) {
      heldJson = value;
      return true;
    }
    Optional<JsonNode> node = JsonText.parse(value);
    heldJson = node.map(found -> found.isNull() ? "{}" : found.asText().strip()).orElse("");
    return heldJson.startsWith("{");
  }

  private void start(Emitter out) {
    out.startCall(name);
    started = true;
  }

  private void startWithHeld(Input in, Emitter out) {
    String text = in.take(at);
    at = 0;
    out.markup(text.substring(0, heldStart));
    start(out);
    out.converted(heldArguments, heldJson);
    out.markup(text.substring(heldStart + heldArguments.length()));
  }

  private State complete(Input in, Emitter out) {
    out.markup(in.take(at));
    if (!started) {
      start(out);
      out.converted("", "{}");
    }
    return after;
  }

  private State giveBack(Input in, Emitter out) {
    if (started) {
      return after;
    }
    out.content(in.take(at));
    return refused;
  }
}
