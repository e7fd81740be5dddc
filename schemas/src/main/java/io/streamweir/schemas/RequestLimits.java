package io.streamweir.schemas;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a request may ask for at most. The gateway refuses more at the door, the router what comes
 * by other ways, in the same words.
 */
public final class RequestLimits {

  /** A tenant holds no slash, because the slash ends it in the record key. */
  public static final Pattern TENANT = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** Classes of accelerators that deployments have and requests may ask for. */
  public static final List<String> ACCELERATORS = List.of("cpu", "gpu", "npu");

  /** Priorities lie between this and its negative. */
  public static final int MOST_PRIORITY = 1000;

  public static final int MOST_STOPS = 16;
  public static final int MOST_STOP_TOKENS = 128;
  public static final double LEAST_REPETITION_PENALTY = 0.01;
  public static final double MOST_REPETITION_PENALTY = 2;

  private RequestLimits() {}
}
