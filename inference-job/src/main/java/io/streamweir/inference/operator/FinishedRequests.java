package io.streamweir.inference.operator;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The ids of the last requests that ended here, so that one that is dispatched again is dropped.
 *
 * <p>Kept in segments: a full one is encoded once and then only referred to by checkpoints. The
 * oldest segment is forgotten as a whole.
 */
final class FinishedRequests {

  private static final byte VERSION = 1;
  private static final int SEGMENT = 512;

  private static final class Segment {
    final List<String> ids = new ArrayList<>();
    long lastMillis;
    byte[] encoded;
  }

  private final int capacity;
  private final Set<String> ids = new HashSet<>();
  private final ArrayDeque<Segment> segments = new ArrayDeque<>();

  /**
   * @param capacity ids that are kept; up to one segment more
   */
  FinishedRequests(int capacity) {
    this.capacity = capacity;
  }

  boolean contains(String id) {
    return ids.contains(id);
  }

  /** A copy. */
  Set<String> ids() {
    return Set.copyOf(ids);
  }

  int size() {
    return ids.size();
  }

  void add(String id, long nowMillis) {
    if (!ids.add(id)) {
      return;
    }
    if (segments.isEmpty() || segments.getLast().ids.size() >= SEGMENT) {
      segments.addLast(new Segment());
    }
    var last = segments.getLast();
    last.ids.add(id);
    last.lastMillis = nowMillis;
    last.encoded = null;
    evict();
  }

  private void evict() {
    while (ids.size() > capacity && segments.size() > 1) {
      ids.removeAll(segments.removeFirst().ids);
    }
  }

  /** One element per segment. */
  List<byte[]> encode() {
    var encoded = new ArrayList<byte[]>(segments.size());
    for (var segment : segments) {
      if (segment.encoded == null) {
        segment.encoded = encode(segment);
      }
      encoded.add(segment.encoded);
    }
    return encoded;
  }

  /**
   * Takes up segments, of several subtasks perhaps, and keeps the newest. Each of the subtasks
   * wrote what it knew of the others, too, so ids come several times; they are packed anew, as
   * empty segments would double with each restart.
   */
  void restore(Iterable<byte[]> encoded) {
    var restored = new ArrayList<Segment>();
    for (var bytes : encoded) {
      var segment = decode(bytes);
      if (!segment.ids.isEmpty()) {
        restored.add(segment);
      }
    }
    restored.sort(Comparator.comparingLong(segment -> segment.lastMillis));
    for (var segment : restored) {
      segment.ids.forEach(id -> add(id, segment.lastMillis));
    }
  }

  private static byte[] encode(Segment segment) {
    var bytes = new ByteArrayOutputStream(segment.ids.size() * 32);
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeLong(segment.lastMillis);
      out.writeInt(segment.ids.size());
      for (var id : segment.ids) {
        out.writeUTF(id);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory cannot fail", e);
    }
    return bytes.toByteArray();
  }

  private static Segment decode(byte[] bytes) {
    var segment = new Segment();
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      var version = in.readByte();
      if (version != VERSION) {
        throw new IllegalStateException(
            "The state has finished ids in format version "
                + version
                + ", this release reads version "
                + VERSION
                + ". Start the job with the release that took the savepoint, or a later one.");
      }
      segment.lastMillis = in.readLong();
      var count = in.readInt();
      for (int i = 0; i < count; i++) {
        segment.ids.add(in.readUTF());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The state of finished ids is cut short", e);
    }
    return segment;
  }
}
