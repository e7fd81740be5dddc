package io.streamweir.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.text.template.ChatTemplate;
import io.streamweir.text.template.TemplateLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What canary conversations find out about the templates of known models. */
class MessageFormTest {

  @Test
  void shouldFindTheUsualFormWhenTemplatesAreThoseOfTheRepository() throws IOException {
    assertThat(unusual(TemplateCorpus.golden())).isEmpty();
  }

  @Test
  void shouldFindWhatTemplatesOf65ModelsWant() throws IOException {
    assertThat(unusual(TemplateCorpus.directory()))
        .isEqualTo(Map.of("meetkai-functionary-medium-v3.2", new MessageForm(false, true)));
  }

  private static Map<String, MessageForm> unusual(Path corpus) throws IOException {
    Map<String, MessageForm> unusual = new TreeMap<>();
    try (Stream<Path> files = Files.list(corpus.resolve("templates"))) {
      for (Path file : files.toList()) {
        ChatTemplate template = ChatTemplate.parse(Files.readString(file), TemplateLimits.DEFAULT);
        MessageForm form =
            MessageForm.find(
                (messages, extra, tried) -> {
                  Map<String, Object> variables = new HashMap<>(extra);
                  variables.putIfAbsent("tools", null);
                  variables.put("bos_token", "<s>");
                  variables.put("eos_token", "</s>");
                  variables.put("messages", MessageVariables.of(messages, tried));
                  variables.put("add_generation_prompt", true);
                  return template.render(variables);
                });
        if (!form.equals(MessageForm.USUAL)) {
          unusual.put(file.getFileName().toString().replace(".jinja", ""), form);
        }
      }
    }
    return unusual;
  }
}
