package io.streamweir.text.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Digits come from the request, everything else from the template: so a mask can be compared. */
class ProvenanceTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '\u0000',
      value = {
        "a{{ x }}b^a1234b",
        "{{ 'a' + x + 'b' ~ x }}^a1234b1234",
        "{{ x[1:3] }}a{{ x[::-1] }}{{ x[0] }}^23a43211",
        "{{ ('ab' + x + 'ba').strip('ab1') }}^234",
        "{{ ('a' + x) | upper }}{{ (x + 'a') | title }}{{ x | capitalize }}^A12341234a1234",
        "{{ x.split('2') | join('a') }}^1a34",
        "{{ x.replace('2', 'ab') }}{{ 'aba' | replace('b', x) }}^1ab34a1234a",
        "{{ [x, 'a', {'k': x}] | tojson }}^[\"1234\", \"a\", {\"k\": \"1234\"}]",
        "{{ [x, 'a'] }}^['1234', 'a']",
        "{{ 'a{}b{}'.format(x, 'c') }}{{ 'a%sb' % x }}^a1234bca1234b",
        "{% set y %}a{{ x }}{% endset %}{{ y | trim }}^a1234",
        "{% macro m(z) %}a{{ z }}{% endmacro %}{{ m(x) ~ m('b') }}^a1234ab",
        "{% for c in x %}{{ c }},{% endfor %}^1,2,3,4,",
        "{% for k, v in d.items() %}{{ k }}={{ v }}{% endfor %}^5=6",
        "{{ [x, x] | join('a') }}{{ (x ~ '\\n' ~ 'b') | indent(1) | replace('\\n', '') }}"
            + "^1234a12341234 b",
        "{{ x if x else 'a' }}{{ x or 'a' }}{{ u | default('a') }}^12341234a",
        "{{ ('<' ~ x) | e }}{{ ('<' | safe) + x }}^&lt;1234<1234"
      })
  void shouldKnowEveryCharacterOfTheRequestWhenTemplateHandlesIt(String source, String expected) {
    RenderedText rendered =
        ChatTemplate.parse(source, TemplateLimits.DEFAULT)
            .renderMarked(Map.of("x", "1234", "d", Map.of("5", "6")));
    assertThat(rendered.text()).isEqualTo(expected);
    assertThat(mask(rendered)).isEqualTo(expected.replaceAll("[0-9]", "#"));
  }

  @Test
  void shouldCountAsWrittenByTheTemplateWhenVariableIsTrusted() {
    Map<String, Object> variables = Map.of("x", new TrustedText("1"), "y", List.of("2"));
    RenderedText rendered =
        ChatTemplate.parse("{{ x }}{{ y[0] }}", TemplateLimits.DEFAULT).renderMarked(variables);
    assertThat(mask(rendered)).isEqualTo("1#");
  }

  @Test
  void shouldLookAtEveryCharacterWhenAskedForARange() {
    RenderedText rendered =
        ChatTemplate.parse("ab{{ x }}cd{{ x }}", TemplateLimits.DEFAULT)
            .renderMarked(Map.of("x", "12"));
    assertThat(rendered.provenance().writtenByTemplate(0, 2)).isTrue();
    assertThat(rendered.provenance().writtenByTemplate(0, 3)).isFalse();
    assertThat(rendered.provenance().writtenByTemplate(1, 7)).isFalse();
    assertThat(rendered.provenance().writtenByTemplate(3, 5)).isFalse();
    assertThat(rendered.provenance().writtenByTemplate(4, 6)).isTrue();
    assertThat(rendered.provenance().writtenByTemplate(4, 7)).isFalse();
  }

  private static String mask(RenderedText rendered) {
    StringBuilder mask = new StringBuilder(rendered.text());
    for (int i = 0; i < mask.length(); i++) {
      if (!rendered.provenance().writtenByTemplate(i, i + 1)) {
        mask.setCharAt(i, '#');
      }
    }
    return mask.toString();
  }
}
