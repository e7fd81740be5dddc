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
 * <p>{@code dims}: rows T, tokens in them, decoding sequences B, blocks of the longest of their
 * contexts C, rows of logits R, fresh blocks F, chunks N; then for each chunk its tokens, its
 * start, its blocks. T and R are filled up to a multiple with rows nobody looks at.
 *
 * <p>{@code meta}: token ids [T], positions [T], slots [T], indices of the tokens whose logits are
 * wanted [R], fresh blocks [F], context lengths [B] and block tables [B, C] of the decoding
 * sequences, block tables of the chunks. Tables are padded with a block that is always zero.
 */
final class StepInputs {
  private final int rowMultiple;
  private final int blockSize;
  private final int padding;
  private final PtNDArray meta;
  private final LongBuffer buffer;
  private final List<Chunk> decodes = new ArrayList<>();
  private final List<Chunk> prefills = new ArrayList<>();

  /**
   * @param rowMultiple what T and R are multiples of
   * @param padding the block of zeros
   */
  StepInputs(
      PtNDManager manager,
      int rowMultiple,
      int blockSize,
      int padding,
      int maxTokens,
      int maxRunning,
      int maxModelLen) {
    this.rowMultiple = rowMultiple;
    this.blockSize = blockSize;
    this.padding = padding;
    long tableLength = Evenness.here().blocks(maxModelLen, blockSize);
    long rows = filledUp(maxTokens);
    long logitRows = filledUp(maxRunning);
    meta = Tensors.longs(manager, 3 * rows + logitRows + maxRunning * (2 * tableLength + 1));
    buffer = Tensors.aliasLongs(meta);
  }

  PtNDArray meta() {
    return meta;
  }

  /** Writes the step; returns {@code dims}. */
  long[] write(ScheduledStep step) {
    sort(step);
    buffer.clear();
    writeTokens(step.tokens());
    int rows = writeRows(step);
    for (int block : step.freshBlocks()) {
      buffer.put(block);
    }
    int decodeBlocks = writeDecodeTables();
    long[] dims = new long[7 + 3 * prefills.size()];
    dims[0] = filledUp(step.tokens());
    dims[1] = step.tokens();
    dims[2] = decodes.size();
    dims[3] = decodeBlocks;
    dims[4] = rows;
    dims[5] = step.freshBlocks().length;
    dims[6] = prefills.size();
    int at = 7;
    for (Chunk chunk : prefills) {
      int blocks = Evenness.here().blocks(chunk.start() + chunk.length(), blockSize);
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

  private void writeTokens(int tokens) {
    forEachToken((sequence, position) -> buffer.put(sequence.token(position)));
    fillUp(tokens);
    forEachToken((sequence, position) -> buffer.put(position));
    fillUp(tokens);
    forEachToken(
        (sequence, position) ->
            buffer.put(
                (long) sequence.block(position / blockSize) * blockSize + position % blockSize));
    fillUp(tokens);
  }

  private void fillUp(int rows) {
    for (int row = rows; row < filledUp(rows); row++) {
      buffer.put(0);
    }
  }

  private int filledUp(int rows) {
    return (rows + rowMultiple - 1) / rowMultiple * rowMultiple;
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
    fillUp(rows);
    return filledUp(rows);
  }

  private int writeDecodeTables() {
    int longest = 0;
    for (Chunk chunk : decodes) {
      buffer.put(chunk.start() + 1);
      longest = Math.max(longest, chunk.start() + 1);
    }
    int blocks = Evenness.here().blocks(longest, blockSize);
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
}
