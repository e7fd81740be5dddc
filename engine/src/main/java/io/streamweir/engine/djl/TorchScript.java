package io.streamweir.engine.djl;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.streamweir.engine.EngineLoadException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Compiled TorchScript. A call is stateless; arguments stay the caller's. */
final class TorchScript implements AutoCloseable {
  private final PtSymbolBlock module;

  private TorchScript(PtSymbolBlock module) {
    this.module = module;
  }

  /**
   * @throws EngineLoadException if the source does not compile, with the compiler's words
   */
  static TorchScript compile(PtNDManager manager, String methods) {
    byte[] archive = TorchScriptArchive.of(methods);
    try {
      return new TorchScript(
          JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false));
    } catch (EngineException e) {
      throw new EngineLoadException(
          "The generated TorchScript does not compile on this PyTorch: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Calls a method; the result is the caller's to close. */
  IValue call(String method, IValue... arguments) {
    return IValueUtils.runMethod(module, method, arguments);
  }

  @Override
  public void close() {
    module.close();
  }
}
