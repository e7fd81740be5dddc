package io.streamweir.router.quota;

import java.time.Duration;
import java.util.ArrayList;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * The requests of the current tenant that have begun and not ended.
 *
 * <p>The end of a request may never become known: its usage record may not be readable, or lie
 * before the place where a router without a checkpoint begins to read. So a request is forgotten
 * after some time, and what is counted is always what is left.
 */
final class InFlight {

  private static final long SWEEP_MS = 1000;

  private final Duration longest;
  private final MapState<String, Begun> begun;

  /** How many of {@link #begun} each account has: the tenant all, a key its own. */
  private final MapState<String, Integer> counts;

  private final ValueState<Long> sweptAtMs;

  /**
   * @param longest after how long a request is forgotten whose end did not become known
   */
  InFlight(RuntimeContext runtime, Duration longest) {
    this.longest = longest;
    begun = runtime.getMapState(new MapStateDescriptor<>("begun", Types.STRING, Begun.TYPE));
    counts = runtime.getMapState(new MapStateDescriptor<>("begun-of", Types.STRING, Types.INT));
    sweptAtMs = runtime.getState(new ValueStateDescriptor<>("swept", Types.LONG));
  }

  /** How many there are of an account: {@link LimitTable#TENANT} or the name of a key. */
  int of(String account) throws Exception {
    var count = counts.get(account);
    return count == null ? 0 : count;
  }

  void begin(String requestId, String apiKey, long nowMs) throws Exception {
    end(requestId);
    begun.put(requestId, Begun.of(apiKey, nowMs));
    count(apiKey, 1);
  }

  /** Returns whether the request was among them. */
  boolean end(String requestId) throws Exception {
    var ended = begun.get(requestId);
    if (ended == null) {
      return false;
    }
    begun.remove(requestId);
    count(ended.apiKey, -1);
    return true;
  }

  /** Forgets those that are too old; looks for them once a second at most. */
  void forgetOld(long nowMs) throws Exception {
    var swept = sweptAtMs.value();
    if (swept != null && nowMs - swept < SWEEP_MS) {
      return;
    }
    sweptAtMs.update(nowMs);
    var old = new ArrayList<String>();
    for (var each : begun.entries()) {
      if (each.getValue().atMs + longest.toMillis() <= nowMs) {
        old.add(each.getKey());
      }
    }
    for (var requestId : old) {
      end(requestId);
    }
  }

  private void count(String apiKey, int change) throws Exception {
    add(LimitTable.TENANT, change);
    if (apiKey != null && !apiKey.equals(LimitTable.TENANT)) {
      add(apiKey, change);
    }
  }

  private void add(String account, int change) throws Exception {
    var count = of(account) + change;
    if (count > 0) {
      counts.put(account, count);
    } else {
      counts.remove(account);
    }
  }
}
