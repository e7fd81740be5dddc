package io.streamweir.models;

import io.streamweir.models.checkpoint.ModelDirectory;
import io.streamweir.models.checkpoint.ModelShape;
import io.streamweir.models.data.Augmentation;
import io.streamweir.models.data.Corpus;
import io.streamweir.models.tokenizer.BpeTokenizer;
import io.streamweir.models.training.GreedyDecoder;
import io.streamweir.models.training.Hyperparameters;
import io.streamweir.models.training.Qwen2Script;
import io.streamweir.models.training.Scores;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures a support-intents model on labelled utterances that it was not trained on. */
@Command(
    name = "evaluate-support-intents",
    description = "Measures intent accuracy and entity exactness by greedy decoding.",
    showDefaultValues = true)
public final class EvaluateSupportIntents implements Callable<Integer> {
  @Option(names = "--model", description = "model directory")
  Path model = Path.of("models/support-intents");

  @Option(names = "--input", description = "CSV file with the columns of dev.csv")
  Path input = Path.of("models/support-intents/data/dev.csv");

  @Option(names = "--max-tokens", description = "longest answer, in tokens")
  int maxTokens = 64;

  @Option(
      names = "--new-entities",
      description = "replace every entity by a new value first: does the model copy?")
  boolean newEntities;

  @Option(names = "--seed", description = "seed of the new values")
  long seed = 1;

  @Option(names = "--show-wrong", description = "print every wrong answer")
  boolean showWrong;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this text")
  boolean help;

  @Spec CommandSpec spec;

  /** Runs the tool; see {@code --help}. */
  public static void main(String[] args) {
    int status = new CommandLine(new EvaluateSupportIntents()).execute(args);
    if (status != 0) {
      System.exit(status);
    }
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    ModelDirectory directory = new ModelDirectory(model);
    ModelShape shape = directory.readShape();
    BpeTokenizer tokenizer = directory.readTokenizer();
    Corpus corpus =
        newEntities
            ? new Augmentation(seed).withNewEntities(Corpus.read(input))
            : Corpus.read(input);
    float[] weights = directory.readWeights(shape);
    try (Qwen2Script script = new Qwen2Script(shape, Hyperparameters.of(0, 1), weights)) {
      Scores scores = Scores.of(new GreedyDecoder(script, tokenizer, maxTokens), corpus);
      out.println(input + ": " + scores);
      if (showWrong) {
        scores.wrong().forEach(out::println);
      }
    }
    return 0;
  }
}
