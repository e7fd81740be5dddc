package io.streamweir.router.quota;

import io.streamweir.router.routing.Room;
import io.streamweir.router.routing.Routed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * The requests of one lane of the current tenant that wait until their quotas allow them, in the
 * order in which they came. What waits in a subtask is bounded, and of a tenant to a part of that,
 * in number and in bytes: a few large requests leave room for those of others.
 */
final class WaitingLine {

  private static final int MOST = 2000;
  private static final int MOST_OF_TENANT = 500;

  private final Room room;
  private final long mostBytesOfTenant;
  private final ListState<Held> held;

  /** How many bytes they have; nothing in the state of an older release. */
  private final ValueState<Long> bytes;

  /** How many wait for something of an account. */
  private final MapState<String, Integer> waitingFor;

  /**
   * @param name of the state; the number of those who wait is the metric {@code waiting-NAME}
   * @param mostBytes of all that wait in the subtask
   * @param partOfTenant a tenant may have 1/partOfTenant of them
   */
  WaitingLine(RuntimeContext runtime, String name, long mostBytes, int partOfTenant) {
    room = new Room(MOST, mostBytes);
    mostBytesOfTenant = mostBytes / partOfTenant;
    held = runtime.getListState(new ListStateDescriptor<>(name, Held.TYPE));
    bytes = runtime.getState(new ValueStateDescriptor<>(name + "-bytes", Types.LONG));
    waitingFor =
        runtime.getMapState(
            new MapStateDescriptor<>(name + "-waiting-for", Types.STRING, Types.INT));
    runtime.getMetricGroup().gauge("waiting-" + name, room::number);
  }

  /** An account for which somebody waits who has to be let through before a request. */
  Optional<String> before(Routed routed) throws Exception {
    if (waitingFor.contains(LimitTable.TENANT)) {
      return Optional.of(LimitTable.TENANT);
    }
    return routed.apiKey != null && waitingFor.contains(routed.apiKey)
        ? Optional.of(routed.apiKey)
        : Optional.empty();
  }

  /**
   * Puts a request to the end if there is room.
   *
   * @param account for which it waits
   */
  boolean hold(Held request, String account) throws Exception {
    var ofTenant = 0;
    for (var number : waitingFor.values()) {
      ofTenant += number;
    }
    var size = request.routed.request.length;
    var bytesBefore = bytes.value();
    var bytesOfTenant = bytesBefore == null ? size : bytesBefore + size;
    if (ofTenant >= MOST_OF_TENANT || bytesOfTenant > mostBytesOfTenant || !room.take(size)) {
      return false;
    }
    held.add(request);
    bytes.update(bytesOfTenant);
    var before = waitingFor.get(account);
    waitingFor.put(account, before == null ? 1 : before + 1);
    return true;
  }

  /** Takes all out; those who have to wait on are to be held again. */
  List<Held> leave() throws Exception {
    var all = new ArrayList<Held>();
    for (var each : held.get()) {
      all.add(each);
      if (!each.routed.isRefused()) {
        room.leave(each.routed.request.length);
      }
    }
    held.clear();
    bytes.clear();
    waitingFor.clear();
    return all;
  }
}
