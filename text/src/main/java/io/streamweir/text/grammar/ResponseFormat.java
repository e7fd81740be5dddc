package io.streamweir.text.grammar;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * OpenAI's {@code response_format}, and three types of our own: {@code {"type": "choice", "choice":
 * [...]}}, {@code {"type": "regex", "regex": "..."}} and {@code {"type": "grammar", "grammar":
 * "..."}} (GBNF).
 */
public final class ResponseFormat {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int REMEMBERED = 256;

  /** So long an explanation is remembered: it may quote the format. */
  private static final int REMEMBERED_CHARACTERS = 2_000;

  /** By digests of formats what is wrong with them, or nothing; oldest use first. */
  private static final Map<String, Optional<ConstraintException>> CHECKED =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(
                Map.Entry<String, Optional<ConstraintException>> eldest) {
              return size() > REMEMBERED;
            }
          });

  private ResponseFormat() {}

  /**
   * What the answer has to look like; empty if it may be any text.
   *
   * @param json the value of the parameter
   * @throws ConstraintException if it is no such value
   */
  public static Optional<OutputFormat> parse(String json) {
    var format = read(json);
    var type = format.path("type").asText("");
    return switch (type) {
      case "text" -> Optional.empty();
      case "json_object" -> Optional.of(new OutputFormat.JsonObject(Whitespace.FLEXIBLE));
      case "json_schema" -> Optional.of(schema(format.path("json_schema").path("schema")));
      case "choice" -> Optional.of(new OutputFormat.Choice(texts(format.path("choice"))));
      case "regex" -> Optional.of(new OutputFormat.RegularExpression(text(format, "regex")));
      case "grammar" -> Optional.of(new OutputFormat.Gbnf(text(format, "grammar")));
      default ->
          throw new ConstraintException(
              "type",
              "/type",
              "'"
                  + type
                  + "' is none of text, json_object, json_schema, choice, regex and grammar");
    };
  }

  /**
   * Whether a format can be followed, apart from any vocabulary. What was found is remembered,
   * since the requests of a batch all name the same, and whoever is refused may try again.
   *
   * @throws ConstraintException if it is broken, not supported or too large
   */
  public static void check(String json) {
    checkOnce(json, () -> parse(json).ifPresent(FormatGrammar::of));
  }

  static void checkOnce(String json, Runnable check) {
    var digest = digest(json);
    var known = CHECKED.get(digest);
    if (known == null) {
      known = guarded(() -> problem(check));
      if (known.map(problem -> problem.getMessage().length()).orElse(0) <= REMEMBERED_CHARACTERS) {
        CHECKED.put(digest, known);
      }
    }
    if (known.isPresent()) {
      var problem = known.get();
      throw new ConstraintException(problem.keyword(), problem.place(), problem.reason());
    }
  }

  private static Optional<ConstraintException> problem(Runnable check) {
    try {
      check.run();
      return Optional.empty();
    } catch (ConstraintException e) {
      return Optional.of(e);
    }
  }

  /**
   * The constraint of a format.
   *
   * @return empty if any text will do
   * @throws ConstraintException if the format is broken, not supported or too large
   */
  public static Optional<Constraint> compile(String json, ConstraintCompiler compiler) {
    return guarded(() -> parse(json).map(compiler::compile));
  }

  /** Whatever a format does to its compiler, it does to its request alone. */
  static <T> T guarded(Supplier<T> work) {
    try {
      return work.get();
    } catch (ConstraintException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      throw new ConstraintException(
          "response_format", "its whole", "it is too deep or too long to be compiled (" + e + ")");
    }
  }

  private static String digest(String json) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(json.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new ConstraintException(
          "response_format", "the beginning", "it is no JSON: " + e.getOriginalMessage());
    }
  }

  private static OutputFormat schema(JsonNode schema) {
    if (!schema.isObject() && !schema.isBoolean()) {
      throw new ConstraintException(
          "json_schema", "/json_schema/schema", "there is no JSON Schema");
    }
    return new OutputFormat.JsonSchema(schema.toString(), Whitespace.FLEXIBLE);
  }

  private static List<String> texts(JsonNode choice) {
    var texts = new ArrayList<String>();
    for (var text : choice) {
      if (!text.isTextual()) {
        throw new ConstraintException("choice", "/choice", "it must be an array of strings");
      }
      texts.add(text.textValue());
    }
    if (texts.isEmpty()) {
      throw new ConstraintException(
          "choice", "/choice", "it must be an array of strings, not empty");
    }
    return texts;
  }

  private static String text(JsonNode format, String name) {
    if (!format.path(name).isTextual()) {
      throw new ConstraintException(name, "/" + name, "it must be a string");
    }
    return format.path(name).textValue();
  }
}
