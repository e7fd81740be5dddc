package io.streamweir.inference.operator;

import io.streamweir.schemas.Lane;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The requests in flight in the order in which they came, with the count and size of those that
 * wait: the waiting room, whose bounds the gates keep.
 */
final class InFlightTable {

  /** Requests and bytes of one lane that wait. */
  private static final class Room {
    int requests;
    long bytes;
  }

  private final Map<String, InFlight> byId = new LinkedHashMap<>();
  private final Map<Lane, Room> rooms = new EnumMap<>(Lane.class);

  InFlightTable() {
    for (var lane : Lane.values()) {
      rooms.put(lane, new Room());
    }
  }

  void add(InFlight request) {
    byId.put(request.id(), request);
    enter(request);
  }

  InFlight get(String id) {
    return byId.get(id);
  }

  boolean contains(String id) {
    return byId.containsKey(id);
  }

  void remove(InFlight request) {
    if (byId.remove(request.id()) != null && request.waiting()) {
      leave(request);
    }
  }

  /** Runs a change that may end or begin the waiting of a request, and keeps count. */
  void update(InFlight request, Runnable change) {
    var before = request.waiting();
    change.run();
    if (before && !request.waiting()) {
      leave(request);
    } else if (!before && request.waiting()) {
      enter(request);
    }
  }

  int waiting(Lane lane) {
    return rooms.get(lane).requests;
  }

  long waitingBytes(Lane lane) {
    return rooms.get(lane).bytes;
  }

  /** A live view. */
  Collection<InFlight> all() {
    return byId.values();
  }

  /** A copy, for loops that end requests. */
  List<InFlight> copy() {
    return List.copyOf(byId.values());
  }

  int size() {
    return byId.size();
  }

  boolean isEmpty() {
    return byId.isEmpty();
  }

  private void enter(InFlight request) {
    var room = rooms.get(request.lane());
    room.requests++;
    room.bytes += request.dispatched().length;
  }

  private void leave(InFlight request) {
    var room = rooms.get(request.lane());
    room.requests--;
    room.bytes -= request.dispatched().length;
  }
}
