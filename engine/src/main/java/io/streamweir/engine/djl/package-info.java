/**
 * The {@code djl} engine: Hugging Face checkpoints on DJL PyTorch, by way of TorchScript that is
 * generated here, one call per step.
 */
package io.streamweir.engine.djl;
