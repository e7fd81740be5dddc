package io.streamweir.models;

import io.streamweir.models.checkpoint.ModelDirectory;
import io.streamweir.models.checkpoint.ModelShape;
import io.streamweir.models.checkpoint.Qwen2Layout;
import io.streamweir.models.data.ChatPrompt;
import io.streamweir.models.data.Corpus;
import io.streamweir.models.data.Utterance;
import io.streamweir.models.tokenizer.BpeTokenizer;
import io.streamweir.models.tokenizer.BpeTrainer;
import io.streamweir.models.training.Hyperparameters;
import io.streamweir.models.training.Trainer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Trains {@code models/support-intents} from nothing: learns a tokenizer, then the weights. Looks
 * at train.csv only; part of it is held out for validation.
 */
@Command(
    name = "train-support-intents",
    description = "Trains the support-intents model from train.csv.",
    showDefaultValues = true)
public final class TrainSupportIntents implements Callable<Integer> {
  private static final int VOCABULARY = 1024;
  private static final int BYTES = 256;

  @Option(names = "--data", required = true, description = "directory with train.csv")
  Path data;

  @Option(names = "--output", description = "model directory to write")
  Path output = Path.of("models/support-intents");

  @Option(names = "--steps", description = "optimizer steps")
  int steps = 3000;

  @Option(names = "--batch", description = "utterances in a step")
  int batch = 48;

  @Option(names = "--validation", description = "utterances of train.csv held out for validation")
  int validation = 480;

  @Option(names = "--validate-every", description = "steps between validations")
  int validateEvery = 750;

  @Option(names = "--seed", description = "seed of everything random")
  long seed = 17;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this text")
  boolean help;

  @Spec CommandSpec spec;

  /** Runs the tool; see {@code --help}. */
  public static void main(String[] args) {
    int status = new CommandLine(new TrainSupportIntents()).execute(args);
    if (status != 0) {
      System.exit(status);
    }
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter log = spec.commandLine().getOut();
    Corpus.Split split = Corpus.read(data.resolve("train.csv")).split(validation, seed);
    BpeTokenizer tokenizer = learnTokenizer(split.training());
    ModelShape shape = new ModelShape(tokenizer.size(), 192, 4, 6, 2, 512, 2048, 10_000, 1e-6);
    ModelDirectory directory = new ModelDirectory(output);
    directory.writeDescription(shape, tokenizer);
    log.printf(
        "%d utterances to train on, %d to validate; %d tokens; %d parameters%n",
        split.training().size(),
        split.validation().size(),
        tokenizer.size(),
        Qwen2Layout.size(shape));
    Hyperparameters hyper = Hyperparameters.of(steps, batch);
    new Trainer(shape, hyper, tokenizer, directory, log).train(split, seed, validateEvery);
    return 0;
  }

  static BpeTokenizer learnTokenizer(Corpus corpus) {
    BpeTrainer trainer = new BpeTrainer();
    for (Utterance utterance : corpus.utterances()) {
      trainer.add("user assistant system " + utterance.text(), 1);
      trainer.add(utterance.answer().toJson(), 1);
    }
    int merges = VOCABULARY - BYTES - ChatPrompt.SPECIAL_TOKENS.size();
    return new BpeTokenizer(trainer.train(merges), ChatPrompt.SPECIAL_TOKENS);
  }
}
