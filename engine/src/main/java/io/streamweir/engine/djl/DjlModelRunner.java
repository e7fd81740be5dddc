package io.streamweir.engine.djl;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.checkpoint.ModelConfig;
import io.streamweir.engine.core.ModelRunner;
import io.streamweir.engine.core.ScheduledStep;
import io.streamweir.engine.core.StepLogits;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a step as one TorchScript call on tensors that were allocated when the model was loaded: the
 * inputs are written and the logits read in place.
 */
final class DjlModelRunner implements ModelRunner {
  private final ModelCache.Lease<LoadedModel> model;
  private final int threads;
  private final int vocabSize;
  private final PtNDManager manager;
  private final List<IValue> owned = new ArrayList<>();
  private final StepInputs inputs;
  private final TorchScript script;
  private final IValue[] arguments;
  private final FloatBuffer logits;
  private final FloatBuffer best;
  private final LongBuffer bestIds;
  private final StepLogits view = new LogitsView();

  /**
   * Allocates the KV pool and the buffers of a step.
   *
   * @param model released when the runner is closed; the caller's still if this throws
   * @param kvBlocks blocks that sequences may own; the pool has one more for padding
   */
  static DjlModelRunner open(
      ModelCache.Lease<LoadedModel> model, EngineConfig limits, int maxModelLen, int kvBlocks) {
    PtNDManager manager = PyTorch.newManager();
    int positions = (int) Math.min(maxModelLen, (long) kvBlocks * limits.blockSize());
    try {
      return new DjlModelRunner(manager, model, limits, positions, kvBlocks);
    } catch (RuntimeException | Error e) {
      manager.close();
      throw e;
    }
  }

  private DjlModelRunner(
      PtNDManager manager,
      ModelCache.Lease<LoadedModel> model,
      EngineConfig limits,
      int positions,
      int kvBlocks) {
    this.manager = manager;
    this.model = model;
    threads = limits.threads();
    ModelConfig config = model.value().config();
    vocabSize = config.vocabSize();
    int rows = Evenness.here().filledUp(limits.maxRunning());
    script =
        TorchScript.compile(
            manager,
            StepScript.generate(
                model.value().layer(), config, model.value().form(), limits.blockSize()));
    inputs =
        new StepInputs(
            manager,
            model.value().form().rowMultiple(config),
            limits.blockSize(),
            kvBlocks,
            limits.maxStepTokens(),
            limits.maxRunning(),
            positions);
    PtNDArray logitsTensor = Tensors.floats(manager, rows, vocabSize);
    PtNDArray bestTensor = Tensors.floats(manager, rows);
    PtNDArray bestIdsTensor = Tensors.longs(manager, rows);
    logits = Tensors.alias(logitsTensor);
    best = Tensors.alias(bestTensor);
    bestIds = Tensors.aliasLongs(bestIdsTensor);
    RotaryTable rotary =
        RotaryTable.create(manager, config, model.value().layer().rotation(), positions);
    IValue pool = own(script.call("new_pool", own(IValue.from(kvBlocks + 1L))));
    List<IValue> all = new ArrayList<>();
    all.add(null); // dims, another one each step
    all.add(own(IValue.from(inputs.meta())));
    all.add(pool);
    all.add(own(script.call("slots_of", pool, own(IValue.from(0L)))));
    all.add(own(script.call("slots_of", pool, own(IValue.from(1L)))));
    all.add(own(IValue.from(rotary.cosines())));
    all.add(own(IValue.from(rotary.sines())));
    all.add(own(IValue.from(logitsTensor)));
    all.add(own(IValue.from(bestTensor)));
    all.add(own(IValue.from(bestIdsTensor)));
    all.addAll(model.value().weights().arguments());
    arguments = all.toArray(IValue[]::new);
  }

  private IValue own(IValue value) {
    owned.add(value);
    return value;
  }

  @Override
  public void attach() {
    PyTorch.attachThread(threads);
  }

  @Override
  public StepLogits run(ScheduledStep step) {
    try (IValue dims = IValue.listFrom(inputs.write(step))) {
      arguments[0] = dims;
      script.call("step", arguments).close();
    }
    return view;
  }

  @Override
  public void close() {
    try (model;
        manager;
        script) {
      owned.forEach(IValue::close);
    }
  }

  private final class LogitsView implements StepLogits {
    @Override
    public float max(int row) {
      return best.get(row);
    }

    @Override
    public int argmax(int row) {
      return (int) bestIds.get(row);
    }

    @Override
    public void copy(int row, float[] into) {
      logits.get(row * vocabSize, into, 0, vocabSize);
    }
  }
}
