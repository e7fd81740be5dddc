package io.streamweir.engine.djl;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.streamweir.engine.core.ScheduledStep;
import io.streamweir.engine.core.ScheduledStep.Chunk;
import io.streamweir.engine.core.Sequence;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a step in the form that {@link StepScript} reads. Buffers are allocated once.
 *
 * <p>{@code dims}: tokens T, decoding sequences B, blocks of the longest of their contexts C, rows
 * of logits R, fresh blocks F, chunks N; then for each chunk its tokens, its start, its blocks.
 *
 * <p>{@code meta}: token ids [T], positions [T], slots [T], indices of the tokens whose logits are
 * wanted [R], fresh blocks [F], context lengths [B] and block tables [B, C] of the decoding
 * sequences, block tables of the chunks. Tables are padded with a block that is always zero.
 */
final class StepInputs {
  private final int blockSize;
  private final int blockMultiple;
  private final int padding;
  private final PtNDArray meta;
  private final LongBuffer buffer;
  private final List<Chunk> decodes = new ArrayList<>();
  private final List<Chunk> prefills = new ArrayList<>();

  /**
   * @param padding the block of zeros
   */
  StepInputs(
      PtNDManager manager,
      int blockSize,
      int padding,
      int maxTokens,
      int maxRunning,
      int maxModelLen) {
    this.blockSize = blockSize;
    this.padding = padding;
    blockMultiple = Math.max(1, StepScript.CONTEXT_MULTIPLE / blockSize);
    long tableLength = padded(maxModelLen);
    meta = Tensors.longs(manager, 3L * maxTokens + maxRunning * (2 * tableLength + 2));
    buffer = Tensors.aliasLongs(meta);
  }

  PtNDArray meta() {
    return meta;
  }

  /** Writes the step; returns {@code dims}. */
  long[] write(ScheduledStep step) {
    sort(step);
    buffer.clear();
    writeTokens();
    int rows = writeRows(step);
    for (int block : step.freshBlocks()) {
      buffer.put(block);
    }
    int decodeBlocks = writeDecodeTables();
    long[] dims = new long[6 + 3 * prefills.size()];
    dims[0] = step.tokens();
    dims[1] = decodes.size();
    dims[2] = decodeBlocks;
    dims[3] = rows;
    dims[4] = step.freshBlocks().length;
    dims[5] = prefills.size();
    int at = 6;
    for (Chunk chunk : prefills) {
      int blocks = padded(chunk.start() + chunk.length());
      writeTable(chunk.sequence(), chunk.start() + chunk.length(), blocks);
      dims[at++] = chunk.length();
      dims[at++] = chunk.start();
      dims[at++] = blocks;
    }
    return dims;
  }

  private void sort(ScheduledStep step) {
    decodes.clear();
    prefills.clear();
    for (Chunk chunk : step.chunks()) {
      (chunk.length() == 1 ? decodes : prefills).add(chunk);
    }
  }

  private void writeTokens() {
    forEachToken((sequence, position) -> buffer.put(sequence.token(position)));
    forEachToken((sequence, position) -> buffer.put(position));
    forEachToken(
        (sequence, position) ->
            buffer.put(
                (long) sequence.block(position / blockSize) * blockSize + position % blockSize));
  }

  private interface TokenWriter {
    void write(Sequence sequence, int position);
  }

  private void forEachToken(TokenWriter writer) {
    for (Chunk chunk : decodes) {
      writer.write(chunk.sequence(), chunk.start());
    }
    for (Chunk chunk : prefills) {
      for (int i = 0; i < chunk.length(); i++) {
        writer.write(chunk.sequence(), chunk.start() + i);
      }
    }
  }

  /** Rows of logits come in the order of the step's chunks, tokens with decoding ones first. */
  private int writeRows(ScheduledStep step) {
    int rows = 0;
    int decode = 0;
    int prefillEnd = decodes.size();
    for (Chunk chunk : step.chunks()) {
      int last;
      if (chunk.length() == 1) {
        last = decode++;
      } else {
        prefillEnd += chunk.length();
        last = prefillEnd - 1;
      }
      if (chunk.samples()) {
        buffer.put(last);
        rows++;
      }
    }
    return rows;
  }

  private int writeDecodeTables() {
    int longest = 0;
    for (Chunk chunk : decodes) {
      buffer.put(chunk.start() + 1);
      longest = Math.max(longest, chunk.start() + 1);
    }
    int blocks = padded(longest);
    for (Chunk chunk : decodes) {
      writeTable(chunk.sequence(), chunk.start() + 1, blocks);
    }
    return blocks;
  }

  private void writeTable(Sequence sequence, int length, int blocks) {
    int owned = (length + blockSize - 1) / blockSize;
    for (int i = 0; i < blocks; i++) {
      buffer.put(i < owned ? sequence.block(i) : padding);
    }
  }

  /** Blocks that hold a context, padded. */
  private int padded(int tokens) {
    int blocks = (tokens + blockSize - 1) / blockSize;
    return (blocks + blockMultiple - 1) / blockMultiple * blockMultiple;
  }
}
