package io.streamweir.bench.model;

import java.nio.ByteBuffer;

/** How GGUF stores the numbers of a matrix. */
public enum GgufType {
  F32(0, 0, 1, Float.BYTES) {
    @Override
    void encodeBlock(float[] values, int at, ByteBuffer into) {
      into.putFloat(values[at]);
    }
  },

  /** Blocks of 32 numbers: a scale in half precision, then a byte for each. */
  Q8_0(8, 7, 32, Short.BYTES + 32) {
    @Override
    void encodeBlock(float[] values, int at, ByteBuffer into) {
      float largest = 0;
      for (int i = 0; i < blockSize(); i++) {
        largest = Math.max(largest, Math.abs(values[at + i]));
      }
      float scale = largest / Byte.MAX_VALUE;
      into.putShort(Half.of(scale));
      for (int i = 0; i < blockSize(); i++) {
        into.put((byte) (scale == 0 ? 0 : Math.round(values[at + i] / scale)));
      }
    }
  };

  private final int tensorType;
  private final int fileType;
  private final int blockSize;
  private final int blockBytes;

  GgufType(int tensorType, int fileType, int blockSize, int blockBytes) {
    this.tensorType = tensorType;
    this.fileType = fileType;
    this.blockSize = blockSize;
    this.blockBytes = blockBytes;
  }

  int tensorType() {
    return tensorType;
  }

  int fileType() {
    return fileType;
  }

  int blockSize() {
    return blockSize;
  }

  int blockBytes() {
    return blockBytes;
  }

  long bytes(long elements) {
    return elements / blockSize * blockBytes;
  }

  /** Writes the {@link #blockSize} numbers from {@code at} on. */
  abstract void encodeBlock(float[] values, int at, ByteBuffer into);
}
