package io.streamweir.text;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Chat templates with conversations and what Python's Jinja2 makes of them.
 *
 * <p>Those of eight models are part of this repository. Those of 65 are not, because each template
 * is under its model's licence; tests that need them are skipped without.
 */
public final class TemplateCorpus {
  private static final String PLACE = "shared/data/chat-templates";
  private static final String GOLDEN = "src/test/resources/io/streamweir/text/template/golden";

  private TemplateCorpus() {}

  /** As {@link #directory()}, of the models whose templates are part of this repository. */
  public static Path golden() {
    return Path.of(GOLDEN);
  }

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
