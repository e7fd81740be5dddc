package io.streamweir.text.grammar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.text.tokenizer.Vocabulary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * XGrammar, in a process of its own: {@code src/test/js/xgrammar.cjs}, which needs Node and the
 * package of {@code src/test/js/package.json}.
 */
final class XGrammar {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SCRIPTS = Path.of("src/test/js").toAbsolutePath();
  private static final int OLDEST_NODE = 20;
  private static final long LIMIT_SECONDS = 600;

  /** The process says so where XGrammar does not run at all. */
  private static final int UNUSABLE = 3;

  /** First of the characters that stand for bytes which are none of their own. */
  private static final int SHIFTED = 256;

  private final ObjectNode input = JSON.createObjectNode();
  private final ArrayNode cases;
  private final Path directory;

  /**
   * @param directory for what goes to the process and comes from it
   */
  XGrammar(Vocabulary vocabulary, int endToken, Path directory) {
    this.directory = directory;
    ArrayNode tokens = input.putArray("vocabulary");
    for (int id = 0; id < vocabulary.size(); id++) {
      boolean silent = vocabulary.special(id) || id == endToken;
      tokens.add(silent ? "" : byteLevel(vocabulary.bytes(id)));
    }
    input.put("end", endToken);
    input.set("closers", array(new ByteTokens(vocabulary).of("\"}]0:")));
    cases = input.putArray("cases");
  }

  /** Skips the test where there is no Node, or no package. */
  static void require() throws Exception {
    String version;
    try {
      Process node = new ProcessBuilder("node", "--version").redirectErrorStream(true).start();
      version = new String(node.getInputStream().readAllBytes(), UTF_8).strip();
      node.waitFor();
    } catch (IOException e) {
      version = "";
    }
    assumeTrue(version.matches("v\\d+\\..*"), "Skipped: there is no program 'node' on the PATH.");
    int major = Integer.parseInt(version.replaceAll("^v(\\d+)\\..*", "$1"));
    assumeTrue(
        major >= OLDEST_NODE, "Skipped: Node " + OLDEST_NODE + " is needed, here is " + version);
    assumeTrue(
        Files.exists(SCRIPTS.resolve("node_modules/.package-lock.json")),
        "Skipped: the package is not installed. Run 'npm ci --ignore-scripts' in " + SCRIPTS);
  }

  /**
   * Adds a case: tokens with the masks before them, and perhaps one behind the last.
   *
   * @param endings tokens with which texts may end
   */
  void add(JsonNode schema, List<int[]> endings, List<MaskedWalk> walks) {
    ObjectNode node = cases.addObject().put("schema", schema.toString());
    ArrayNode tails = node.putArray("endings");
    endings.forEach(ending -> tails.add(array(ending)));
    ArrayNode array = node.putArray("walks");
    for (MaskedWalk walk : walks) {
      ObjectNode one = array.addObject();
      one.set("tokens", array(walk.tokens()));
      ArrayNode masks = one.putArray("masks");
      walk.masks().forEach(mask -> masks.add(base64(mask)));
    }
  }

  /** What the process says, a line for each case. */
  List<JsonNode> run() throws Exception {
    Path in = directory.resolve("input.json");
    Path out = directory.resolve("output.jsonl");
    Path log = directory.resolve("log.txt");
    JSON.writeValue(in.toFile(), input);
    Process process =
        new ProcessBuilder(
                "node", "--max-old-space-size=4096", "xgrammar.cjs", in.toString(), out.toString())
            .directory(SCRIPTS.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    int status = process.waitFor();
    assumeTrue(status != UNUSABLE, () -> "Skipped: " + readable(log));
    assertThat(status).as(readable(log)).isZero();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(out)) {
      lines.add(JSON.readTree(line));
    }
    assertThat(lines).hasSize(cases.size());
    return lines;
  }

  private static ArrayNode array(int[] values) {
    ArrayNode array = JSON.createArrayNode();
    for (int value : values) {
      array.add(value);
    }
    return array;
  }

  private static String readable(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "no log: " + e;
    }
  }

  private static String base64(long[] mask) {
    ByteBuffer bytes = ByteBuffer.allocate(mask.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(mask);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  /** A character for each byte, as byte-level vocabularies are written down. */
  private static String byteLevel(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      text.append(character(b & 0xff));
    }
    return text.toString();
  }

  private static char character(int value) {
    if (standsForItself(value)) {
      return (char) value;
    }
    int shifted = SHIFTED;
    for (int before = 0; before < value; before++) {
      shifted += standsForItself(before) ? 0 : 1;
    }
    return (char) shifted;
  }

  private static boolean standsForItself(int value) {
    return value >= '!' && value <= '~' || value >= 0xA1 && value <= 0xAC || value >= 0xAE;
  }
}
