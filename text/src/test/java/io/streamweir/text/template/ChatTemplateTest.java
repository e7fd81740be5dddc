package io.streamweir.text.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {
  private static final TemplateLimits SMALL = new TemplateLimits(10_000, 1_000, 20);

  @ParameterizedTest
  @ValueSource(strings = {"{{ 7 * 7 }}", "{% raw %}", "{# c #}", "{{ messages }}", "}}"})
  void shouldPrintMessageAsItIsWhenItLooksLikeATemplate(String content) {
    ChatTemplate template =
        parse("{% for m in messages %}{{ m.content }}{{ m.content | trim }}{% endfor %}");
    Map<String, Object> message = Map.of("role", "user", "content", content);
    assertThat(template.render(Map.of("messages", List.of(message)))).isEqualTo(content + content);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      value = {
        "a\\n{% if x %}\\n{{ 1 | nosuch }}{% endif %}^3^nosuch",
        "\\n\\n{{ n.strip() }}^3^strip",
        "{{ 1 +\\n }}^2^expected an expression",
        "\\n{% for x in y %}^2^endfor",
        "x\\n{# c^2^comment",
        "{{ 'a' ~\\n 'b\\n}}^2^unexpected character",
        "{% include 'x' %}^1^not supported",
        "\\n{% nosuch %}^2^nosuch",
        "{% macro m() %}\\n{{ n.a.b }}{% endmacro %}\\n\\n{{ m() }}^2^no attribute 'a'",
        "{% if not x %}\\n{% elif x %}{% endif %}\\n{{ x + 1 }}^3^can only concatenate",
        "{% if x and\\n n.a.b %}{% endif %}^1^'None' has no attribute 'a'"
      })
  void shouldNameLineAndCauseWhenTemplateFails(String source, int line, String cause) {
    Map<String, Object> variables = new HashMap<>();
    variables.put("x", "text");
    variables.put("n", null);
    assertThatThrownBy(() -> parse(source.replace("\\n", "\n")).render(variables))
        .isInstanceOfSatisfying(
            TemplateException.class,
            e -> {
              assertThat(e.line()).isEqualTo(line);
              assertThat(e.refusal()).isFalse();
            })
        .hasMessageStartingWith("Chat template, line " + line + ": ")
        .hasMessageContaining(cause);
  }

  @Test
  void shouldTellARefusalFromAFailureWhenTheTemplateRaises() {
    assertThatThrownBy(() -> parse("\n{{ raise_exception('No ' ~ 1) }}").render(Map.of()))
        .isInstanceOfSatisfying(TemplateException.class, e -> assertThat(e.refusal()).isTrue())
        .hasMessage("Chat template, line 2: No 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for i in range(100000) %}{% endfor %}",
        "{% for i in range(200) %}{% for j in range(200) %}{% endfor %}{% endfor %}",
        "{% set x = range(100000) | list %}",
        "{% set ns = namespace(s='ab') %}"
            + "{% for i in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
        "{% set ns = namespace(s='ab') %}"
            + "{% for i in range(100) %}{% set ns.s = [ns.s, ns.s] | join(ns.s) %}{% endfor %}",
        "{% set x = 'ab' * 1000000000 %}",
        "{% set x = [1] * 1000000000 %}",
        "{% set x = 2 ** 100000 %}",
        "{% set x = 'a' | indent(1000000000, true) %}",
        "{{ 'x' * 1001 }}",
        "{% for i in range(50) %}{{ 'x' * 30 }}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ range(1000000000) }}"
      })
  void shouldFailWhenALimitIsExceeded(String source) {
    assertThatThrownBy(() -> ChatTemplate.parse(source, SMALL).render(Map.of()))
        .isInstanceOf(TemplateException.class)
        .hasMessageMatching("(?s).*(more than|longer than|at most|levels).*");
  }

  @Test
  void shouldFailWhenValuesAreNestedWithoutEnd() {
    String nested =
        "{% set ns = namespace(x=[]) %}{% for i in range(90000) %}{% set ns.x = [ns.x] %}{% endfor %}";
    for (String use : List.of("{{ ns.x }}", "{{ ns.x | tojson }}", "{{ ns.x == [ns.x] }}")) {
      assertThatThrownBy(() -> parse(nested + use).render(Map.of()))
          .isInstanceOf(TemplateException.class)
          .hasMessageContaining("nested too deeply");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "[", "not ", "-", "{1:", "f(", "a[", "a if "})
  void shouldFailToParseWhenNestingHasNoEnd(String opening) {
    assertThatThrownBy(() -> parse("{{ " + opening.repeat(20_000) + " }}"))
        .isInstanceOf(TemplateException.class);
  }

  @Test
  void shouldRefuseTheTemplateWhenItHasTenMegabytes() {
    for (String piece : List.of("x", "{{ x }}", "{% if x %}y{% endif %}", "{#")) {
      String source = piece.repeat(10_000_000 / piece.length());
      assertThatThrownBy(() -> parse(source))
          .isInstanceOf(TemplateException.class)
          .hasMessageContainingAll("line 1", String.valueOf(source.length()), "1000000");
    }
    assertThat(parse("{{ x }}".repeat(140_000)).render(Map.of("x", 1))).hasSize(140_000);
  }

  @Test
  void shouldFailToParseWhenBlocksAreNestedWithoutEnd() {
    assertThatThrownBy(() -> parse("{% if x %}".repeat(20_000)))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("nested");
  }

  @Test
  void shouldFailWhenVariablesAreNestedTooDeeplyOrUnknown() {
    Object nested = "x";
    for (int i = 0; i < 30; i++) {
      nested = List.of(nested);
    }
    Map<String, Object> deep = Map.of("x", nested);
    assertThatThrownBy(() -> ChatTemplate.parse("", SMALL).render(deep))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("20 levels");
    Map<String, Object> unknown = Map.of("x", new Object());
    assertThatThrownBy(() -> parse("").render(unknown))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("java.lang.Object");
  }

  @Test
  void shouldFailOnlyTheRenderingWhenSomethingUnexpectedIsThrown() {
    Iterable<Object> broken =
        () -> {
          throw new IllegalStateException("changed meanwhile");
        };
    assertThatThrownBy(() -> parse("").render(Map.of("x", broken)))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("changed meanwhile");
  }

  @Test
  void shouldRefuseLimitsWhenTheyAreNotPositive() {
    assertThatThrownBy(() -> new TemplateLimits(0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxSteps=0");
  }

  @Test
  void shouldLeaveVariablesAloneWhenRendering() {
    List<Object> list = new ArrayList<>(List.of(1, 2));
    Map<String, Object> variables = new HashMap<>(Map.of("l", list));
    parse("{% set l = l + [3] %}{% set x = l | sort(reverse=true) %}{{ x }}").render(variables);
    assertThat(list).containsExactly(1, 2);
    assertThat(variables).containsOnlyKeys("l");
  }

  @Test
  void shouldRenderAlikeWhenManyThreadsShareATemplate() throws Exception {
    ChatTemplate template =
        parse(
            "{% set ns = namespace(n=0) %}{% for i in range(k) %}{% set ns.n = ns.n + i %}"
                + "{% endfor %}{{ ns.n }}");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<String>> calls =
          IntStream.range(0, 100)
              .<Callable<String>>mapToObj(k -> () -> template.render(Map.of("k", k)))
              .toList();
      List<Future<String>> results = threads.invokeAll(calls);
      for (int k = 0; k < results.size(); k++) {
        assertThat(results.get(k).get()).isEqualTo(String.valueOf(k * (k - 1) / 2));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static ChatTemplate parse(String source) {
    return ChatTemplate.parse(source, TemplateLimits.DEFAULT);
  }
}
