package io.streamweir.bench.text;

import io.streamweir.bench.Report;
import io.streamweir.bench.engine.Machine;
import io.streamweir.text.tokenizer.HfTokenizer;
import io.streamweir.text.tokenizer.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures what lies between JSON and token ids, in processor time of one thread. */
@Command(
    name = "text",
    mixinStandardHelpOptions = true,
    description =
        "Rendering of a chat template, detokenization, masks of structured output: processor time"
            + " of one thread.")
public final class TextBench implements Callable<Integer> {

  private enum Load {
    TEMPLATES,
    DETOKENIZER,
    MASKS
  }

  @Option(
      names = "--model",
      required = true,
      description =
          "directory with tokenizer.json and, for the templates, tokenizer_config.json or"
              + " chat_template.jinja; no weights are needed")
  Path model;

  @Option(
      names = "--schemas",
      description =
          "directory of JSON files {\"schema\": ..., \"tests\": [{\"data\": ..., \"valid\": ...}]},"
              + " as MaskBench's; the masks are left out without it")
  Path schemas;

  @Option(
      names = "--every",
      defaultValue = "1",
      description = "takes every so many of the schemas; default: ${DEFAULT-VALUE}")
  int every;

  @Option(
      names = "--warm-up",
      defaultValue = "100",
      description = "schemas that are not timed; default: ${DEFAULT-VALUE}")
  int warmUp;

  @Option(
      names = "--end-token",
      defaultValue = "<|im_end|>",
      description = "that ends an answer; default: ${DEFAULT-VALUE}")
  String endToken;

  @Option(
      names = "--renderings",
      defaultValue = "5000",
      description = "timed ones, after as many others; default: ${DEFAULT-VALUE}")
  int renderings;

  @Option(
      names = "--tokens",
      defaultValue = "1000000",
      description = "of a round of detokenization; default: ${DEFAULT-VALUE}")
  int tokens;

  @Option(
      names = "--rounds",
      defaultValue = "10",
      description = "of detokenization; figures are medians; default: ${DEFAULT-VALUE}")
  int rounds;

  @Option(
      names = "--loads",
      split = ",",
      defaultValue = "TEMPLATES,DETOKENIZER,MASKS",
      description = "of ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}")
  List<Load> loads;

  @Spec CommandSpec spec;

  @Mixin Report report;

  @Override
  public Integer call() throws Exception {
    if (every < 1 || rounds < 1 || tokens < 1 || renderings < 1 || warmUp < 0) {
      throw new ParameterException(
          spec.commandLine(), "--every, --rounds, --tokens and --renderings begin at 1");
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("benchmark", "text");
    result.put("started_at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    result.put("machine", Machine.describe());
    result.put("vocabulary", Vocabulary.read(model).size());
    if (loads.contains(Load.TEMPLATES)) {
      result.put("templates", TemplateLoad.of(model).run(renderings));
    }
    if (loads.contains(Load.DETOKENIZER)) {
      result.put("detokenizer", new DetokenizerLoad(Vocabulary.read(model), rounds, tokens).run());
    }
    if (loads.contains(Load.MASKS) && schemas != null) {
      result.put("masks", masks());
    }
    report.write(result);
    return 0;
  }

  private Map<String, Object> masks() throws IOException {
    try (HfTokenizer tokenizer = HfTokenizer.load(model)) {
      int end =
          tokenizer
              .vocabulary()
              .idOf(endToken)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "--end-token " + endToken + " is no token of " + model));
      List<Path> files = files();
      if (files.size() <= warmUp) {
        throw new ParameterException(
            spec.commandLine(),
            "--schemas has %d files for --every %d; more than --warm-up %d are needed to time one"
                .formatted(files.size(), every, warmUp));
      }
      return new MaskLoad(tokenizer, end).run(files, warmUp);
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(schemas)) {
      List<Path> sorted = all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
      List<Path> taken = new ArrayList<>();
      for (int i = 0; i < sorted.size(); i += every) {
        taken.add(sorted.get(i));
      }
      return taken;
    }
  }
}
