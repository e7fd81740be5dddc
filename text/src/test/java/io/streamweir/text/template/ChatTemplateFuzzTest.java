package io.streamweir.text.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.text.Fuzz;
import io.streamweir.text.TemplateCorpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Random conversations through real templates, and through damaged ones: there is a text or a
 * {@link TemplateException}, and nothing else. Longer with {@link Fuzz}'s properties.
 */
class ChatTemplateFuzzTest {
  private static final int CASES = 1_500;

  /** Far above what an honest conversation of this size takes, and used up within milliseconds. */
  private static final TemplateLimits LIMITS = new TemplateLimits(200_000, 200_000, 40);

  /** What a user may write to have it evaluated, and the text that would come of it alone. */
  private static final String INJECTION =
      "{{ 'qv7' ~ 'xkz' }}{% set x = 'qv7' ~ 'xkz' %}{{ x }}{{ ['qv7', 'xkz'] | join }}";

  private static final String EVALUATED = "qv7xkz";

  private static final List<String> KEYS =
      List.of(
          "role",
          "content",
          "name",
          "tool_calls",
          "function",
          "arguments",
          "type",
          "text",
          "id",
          "parameters",
          "properties",
          "description",
          "reasoning_content",
          "required",
          "x");

  private static final List<String> SPLICES =
      List.of(
          "{{",
          "}}",
          "{%",
          "%}",
          "{#",
          "#}",
          "-%}",
          "{%- endfor %}",
          "{% for a in messages %}",
          "{% if x %}",
          "{% endif %}",
          "{% macro m(a) %}",
          "{% endmacro %}",
          "| tojson",
          "| length",
          "[0]",
          "[::-1]",
          "[-1:]",
          ".items()",
          "(",
          ")",
          "'",
          "\"",
          "\\",
          "~",
          "%",
          "**",
          "//",
          " not in ",
          " is defined",
          " loop.index ",
          "namespace(a=1)",
          "range(1000000)",
          "m(m)",
          "messages",
          "\0",
          "\uD800",
          "9999999999999999999999",
          "1e400");

  @Test
  void shouldRenderOrRefuseWhenConversationsAreRandom() throws IOException {
    List<String> sources = sources();
    List<ChatTemplate> templates =
        sources.stream().map(source -> ChatTemplate.parse(source, LIMITS)).toList();
    int rendered = 0;
    Fuzz fuzz = Fuzz.of("conversations through templates", CASES);
    while (fuzz.goesOn()) {
      Random random = fuzz.random();
      ChatTemplate template = templates.get(random.nextInt(templates.size()));
      Map<String, Object> conversation = conversation(random);
      String text =
          textOrRefusal(
              () -> template.render(conversation),
              "seed %d: %s".formatted(fuzz.seed(), conversation));
      assertThat(text).as("seed %d", fuzz.seed()).doesNotContain(EVALUATED);
      rendered += text.isEmpty() ? 0 : 1;
    }
    assertThat(rendered).as("conversations that were rendered").isGreaterThan(CASES / 4);
  }

  @Test
  void shouldRenderOrRefuseWhenTemplatesAreDamaged() throws IOException {
    List<String> sources = sources();
    int rendered = 0;
    Fuzz fuzz = Fuzz.of("damaged templates", CASES);
    while (fuzz.goesOn()) {
      Random random = fuzz.random();
      String source = damaged(sources, random);
      Map<String, Object> conversation = conversation(random);
      String text =
          textOrRefusal(
              () -> ChatTemplate.parse(source, LIMITS).render(conversation),
              "seed %d: %s".formatted(fuzz.seed(), source));
      rendered += text.isEmpty() ? 0 : 1;
    }
    assertThat(rendered).as("templates that still render").isGreaterThan(CASES / 50);
  }

  private static String textOrRefusal(Supplier<String> rendering, String what) {
    try {
      return rendering.get();
    } catch (TemplateException e) {
      assertThat(e.getMessage()).as(what).isNotBlank();
      return "";
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError(what, e);
    }
  }

  private static List<String> sources() throws IOException {
    List<String> sources = new ArrayList<>();
    try (Stream<Path> files = Files.list(TemplateCorpus.golden().resolve("templates"))) {
      for (Path file : files.sorted().toList()) {
        sources.add(Files.readString(file));
      }
    }
    return sources;
  }

  private static String damaged(List<String> sources, Random random) {
    StringBuilder source = new StringBuilder(pick(sources, random));
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      int from = random.nextInt(source.length() + 1);
      int to = Math.min(source.length(), from + random.nextInt(40));
      switch (random.nextInt(4)) {
        case 0 -> source.delete(from, to);
        case 1 -> source.insert(from, pick(SPLICES, random));
        case 2 -> source.insert(from, source.substring(from, to));
        default -> {
          String other = pick(sources, random);
          int start = random.nextInt(other.length());
          String piece = other.substring(start, Math.min(other.length(), start + 80));
          source.replace(from, to, piece);
        }
      }
    }
    return source.toString();
  }

  /** Mostly what a client sends, with values of any type where some other is expected. */
  private static Map<String, Object> conversation(Random random) {
    Map<String, Object> variables = new LinkedHashMap<>();
    List<Object> messages = new ArrayList<>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      messages.add(random.nextInt(30) == 0 ? value(random, 3) : message(random));
    }
    variables.put("messages", random.nextInt(60) == 0 ? value(random, 3) : messages);
    variables.put("add_generation_prompt", random.nextBoolean());
    variables.put("bos_token", "<s>");
    variables.put("eos_token", "</s>");
    if (random.nextInt(3) == 0) {
      variables.put("tools", random.nextInt(4) == 0 ? value(random, 4) : List.of(tool(random)));
    }
    if (random.nextInt(4) == 0) {
      variables.put("enable_thinking", random.nextInt(4) == 0 ? value(random, 1) : true);
    }
    return variables;
  }

  private static Map<String, Object> message(Random random) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("role", pick(List.of("user", "assistant", "system", "tool", "developer"), random));
    message.put("content", random.nextInt(5) == 0 ? value(random, 3) : text(random));
    if (random.nextInt(4) == 0) {
      message.put("tool_calls", random.nextInt(4) == 0 ? value(random, 4) : List.of(call(random)));
    }
    if (random.nextInt(6) == 0) {
      message.put(pick(KEYS, random), value(random, 3));
    }
    return message;
  }

  private static Map<String, Object> call(Random random) {
    Object arguments = random.nextBoolean() ? text(random) : object(random, 3);
    return Map.of(
        "id", "call00001", "function", Map.of("name", text(random), "arguments", arguments));
  }

  private static Map<String, Object> tool(Random random) {
    return Map.of(
        "type",
        "function",
        "function",
        Map.of("name", text(random), "description", text(random), "parameters", object(random, 4)));
  }

  private static Object value(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 6 : 8)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> random.nextLong();
      case 3 -> Double.longBitsToDouble(random.nextLong());
      case 4, 5 -> text(random);
      case 6 -> {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(value(random, depth - 1));
        }
        yield list;
      }
      default -> object(random, depth);
    };
  }

  private static Map<String, Object> object(Random random, int depth) {
    Map<String, Object> object = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      object.put(pick(KEYS, random), value(random, depth - 1));
    }
    return object;
  }

  private static String text(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> INJECTION;
      case 1 -> "";
      case 2 -> pick(SPLICES, random) + pick(SPLICES, random);
      case 3 ->
          random
              .ints(random.nextInt(20), 0, 0x3000)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      default -> "<think>Where</think> is my <tool_call>order?\n";
    };
  }

  private static <T> T pick(List<T> from, Random random) {
    return from.get(random.nextInt(from.size()));
  }
}
