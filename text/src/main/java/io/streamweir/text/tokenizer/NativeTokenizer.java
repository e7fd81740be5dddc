package io.streamweir.text.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The native object with a lock around its life: many threads may encode at once, but freeing it
 * waits for them, because a call into freed memory would end the JVM.
 */
final class NativeTokenizer implements AutoCloseable {
  private static final Map<String, String> NOTHING_ADDED =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  static {
    // The library reports its use to its makers unless told otherwise, from inside a user's JVM.
    if (System.getProperty("OPT_OUT_TRACKING") == null) {
      System.setProperty("OPT_OUT_TRACKING", "true");
    }
  }

  private final ReadWriteLock lifetime = new ReentrantReadWriteLock();
  private final HuggingFaceTokenizer tokenizer;
  private boolean closed;

  private NativeTokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  static NativeTokenizer load(Path file) {
    try {
      return of(file, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new ModelFilesException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  static NativeTokenizer of(Path file, byte[] json) {
    try {
      return new NativeTokenizer(
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), NOTHING_ADDED));
    } catch (IOException | RuntimeException e) {
      throw new ModelFilesException(file, "the tokenizer library refuses it: " + e.getMessage(), e);
    }
  }

  static IllegalStateException closed() {
    return new IllegalStateException("The tokenizer is closed.");
  }

  int[] encode(String text) {
    return encode(text, false);
  }

  /**
   * @param addSpecialTokens whether the post-processor may add what belongs around a text
   */
  int[] encode(String text, boolean addSpecialTokens) {
    lifetime.readLock().lock();
    try {
      if (closed) {
        throw closed();
      }
      long[] ids = tokenizer.encode(text, addSpecialTokens, false).getIds();
      int[] narrowed = new int[ids.length];
      for (int i = 0; i < ids.length; i++) {
        narrowed[i] = Math.toIntExact(ids[i]);
      }
      return narrowed;
    } finally {
      lifetime.readLock().unlock();
    }
  }

  @Override
  public void close() {
    lifetime.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        tokenizer.close();
      }
    } finally {
      lifetime.writeLock().unlock();
    }
  }
}
