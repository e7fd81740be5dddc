package io.streamweir.bench.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The peer: {@code llama-batched-bench} of llama.cpp, run once per cell. Its decode loop stops at
 * the logits: no sampling, no text.
 *
 * @param program path of the program
 * @param model GGUF file
 */
record BatchedBench(Path program, Path model, int threads) {
  private static final int CONTEXT_MULTIPLE = 256;

  /**
   * What it measured.
   *
   * @param seconds of prompts and completions together
   */
  record Result(double prefillTokensPerSecond, double decodeTokensPerSecond, double seconds) {}

  /**
   * Runs one cell.
   *
   * @param shared whether the sequences have one prompt, which is computed once
   * @throws IOException if the program fails or prints no result
   */
  Result run(int promptTokens, int generate, int sequences, boolean shared)
      throws IOException, InterruptedException {
    int perSequence =
        (promptTokens + generate + CONTEXT_MULTIPLE - 1) / CONTEXT_MULTIPLE * CONTEXT_MULTIPLE;
    List<String> command = new ArrayList<>();
    command.addAll(List.of(program.toString(), "-m", model.toString()));
    command.addAll(List.of("-c", Integer.toString(sequences * perSequence)));
    command.addAll(List.of("-b", "2048", "-ub", "512"));
    command.addAll(List.of("-t", Integer.toString(threads), "-tb", Integer.toString(threads)));
    command.addAll(List.of("-npp", Integer.toString(promptTokens)));
    command.addAll(List.of("-ntg", Integer.toString(generate)));
    command.addAll(List.of("-npl", Integer.toString(sequences)));
    command.addAll(List.of("--output-format", "jsonl"));
    if (shared) {
      command.add("-pps");
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    Result result = null;
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("{") && line.contains("\"speed_tg\"")) {
          result = parse(line);
        }
      }
    }
    int status = process.waitFor();
    if (result == null || status != 0) {
      throw new IOException(
          String.join(" ", command)
              + " ended with status "
              + status
              + (result == null ? " and printed no result" : "")
              + "; run it by hand to see why");
    }
    return result;
  }

  private static Result parse(String line) throws IOException {
    JsonNode json = new ObjectMapper().readTree(line);
    return new Result(
        json.required("speed_pp").doubleValue(),
        json.required("speed_tg").doubleValue(),
        json.required("t").doubleValue());
  }
}
