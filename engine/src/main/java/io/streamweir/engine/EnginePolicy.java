package io.streamweir.engine;

/**
 * How an engine shares itself among its sequences.
 *
 * @param prefixCaching whether computed KV blocks are reused by sequences that begin alike
 */
public record EnginePolicy(boolean prefixCaching) {

  public static EnginePolicy defaults() {
    return new EnginePolicy(true);
  }

  /** The same with or without reuse of KV blocks. */
  public EnginePolicy withPrefixCaching(boolean prefixCaching) {
    return new EnginePolicy(prefixCaching);
  }
}
