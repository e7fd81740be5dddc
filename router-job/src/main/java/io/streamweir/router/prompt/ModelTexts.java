package io.streamweir.router.prompt;

import io.streamweir.router.outcome.ErrorCode;
import io.streamweir.router.outcome.Rejection;
import io.streamweir.text.ModelText;
import io.streamweir.threads.DaemonThreads;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/**
 * The tokenizers and templates in use in this TaskManager, by model directory, each held once
 * however many subtasks use it.
 */
public final class ModelTexts {

  /** Loading is rare, and one slow disk must not hold up another model. */
  private static final Executor LOADERS =
      Executors.newCachedThreadPool(DaemonThreads.named("weir-model-text-loader"));

  private static final SharedLoads<ModelText> SHARED =
      new SharedLoads<>(ModelTexts::load, ModelText::close, LOADERS, InstantSource.system());

  /** The files of a model cannot be used. */
  static final class LoadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LoadException(Throwable cause) {
      super(cause);
    }
  }

  private ModelTexts() {}

  /** Takes a lease on the text side of a model directory. */
  public static SharedLoads<ModelText>.Lease acquire(String modelPath) {
    return SHARED.acquire(modelPath);
  }

  /**
   * Why a request for a deployment is refused whose model directory cannot be used.
   *
   * @param problem completes the sentence that begins with the tokenizer
   */
  public static Rejection unusable(String deployment, String modelPath, String problem) {
    return new Rejection(
        ErrorCode.ENGINE_ERROR,
        "The tokenizer of deployment "
            + deployment
            + " ("
            + modelPath
            + ") "
            + problem
            + ". Repair the model directory and deploy it again.");
  }

  private static ModelText load(String modelPath) {
    try {
      return ModelText.load(Path.of(modelPath));
    } catch (Exception | LinkageError e) {
      throw new LoadException(e);
    }
  }
}
