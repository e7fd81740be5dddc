package io.streamweir.text;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Templates of 65 models with 15 conversations each. They are not part of this repository, because
 * each template is under its model's licence; tests that need them are skipped without.
 */
public final class TemplateCorpus {
  private static final String PLACE = "shared/data/chat-templates";

  private TemplateCorpus() {}

  /** The directory with {@code templates}, {@code cases.json} and {@code expected.json}. */
  public static Path directory() {
    Path start = Path.of("").toAbsolutePath();
    Path found = null;
    for (Path root = start; root != null && found == null; root = root.getParent()) {
      Path candidate = root.resolve(PLACE);
      found = Files.isDirectory(candidate) ? candidate : null;
    }
    assumeTrue(found != null, "No template corpus: " + PLACE + " is not beside " + start);
    return found;
  }
}
