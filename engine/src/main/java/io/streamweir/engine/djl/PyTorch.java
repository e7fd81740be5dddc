package io.streamweir.engine.djl;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.streamweir.engine.EngineLoadException;

/**
 * The native library, which a JVM loads once.
 *
 * <p>Nothing is ever downloaded at run time: the natives come with the class path ({@code
 * pytorch-native-cpu}) or with the host ({@code PYTORCH_LIBRARY_PATH}). {@code DJL_CACHE_DIR} says
 * where they are unpacked.
 */
final class PyTorch {
  private PyTorch() {}

  /**
   * A manager whose tensors live until it is closed.
   *
   * @throws EngineLoadException if the native library cannot be loaded
   */
  static PtNDManager newManager() {
    return (PtNDManager) Loaded.engine().newBaseManager();
  }

  /**
   * Settles how the calling thread runs TorchScript. The number of compute threads holds for the
   * whole process: PyTorch has one pool, and replicas in one JVM share the last setting. The
   * profiling executor is switched off because it compiles anew for the shapes it meets, which
   * costs tens of milliseconds in the middle of a stream and gains nothing here.
   */
  static void attachThread(int threads) {
    Loaded.engine();
    JniUtils.setNumThreads(threads);
    JniUtils.setGraphExecutorOptimize(false);
  }

  /** Initialized at first use; a failure is told each time. */
  private static final class Loaded {
    private static Engine engine;

    static synchronized Engine engine() {
      if (engine == null) {
        engine = load();
      }
      return engine;
    }

    private static Engine load() {
      if (System.getProperty("ai.djl.offline") == null) {
        System.setProperty("ai.djl.offline", "true");
      }
      // DJL looks for its engines through the context loader, which in a Flink task is the job's.
      Thread thread = Thread.currentThread();
      ClassLoader before = thread.getContextClassLoader();
      thread.setContextClassLoader(PyTorch.class.getClassLoader());
      try {
        return Engine.getEngine("PyTorch");
      } catch (EngineException | UnsatisfiedLinkError e) {
        throw new EngineLoadException(
            "The PyTorch native library cannot be loaded ("
                + e.getMessage()
                + "). It comes with pytorch-native-cpu on the class path, unpacked under"
                + " DJL_CACHE_DIR; engine jars belong on the TaskManager's class path, not into a"
                + " job jar.",
            e);
      } finally {
        thread.setContextClassLoader(before);
      }
    }
  }
}
