package io.streamweir.local.process;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the process that listens on a port, from the kernel's tables under {@code /proc}. Finds
 * nothing on a system without them, or if the process belongs to another user.
 */
public final class PortOwner {

  private static final Path PROC = Path.of("/proc");
  private static final String LISTENING = "0A";
  private static final int LOCAL_ADDRESS = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

  private PortOwner() {}

  public static Optional<ProcessHandle> of(int port) {
    var sockets = new ArrayList<String>();
    for (var table : List.of("net/tcp", "net/tcp6")) {
      sockets.addAll(listeners(PROC.resolve(table), port));
    }
    return sockets.isEmpty() ? Optional.empty() : holder(sockets);
  }

  private static List<String> listeners(Path table, int port) {
    var suffix = String.format(":%04X", port);
    try (var lines = Files.lines(table)) {
      return lines
          .map(line -> line.trim().split("\\s+"))
          .filter(fields -> fields.length > INODE && fields[STATE].equals(LISTENING))
          .filter(fields -> fields[LOCAL_ADDRESS].endsWith(suffix))
          .map(fields -> "socket:[" + fields[INODE] + "]")
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Optional<ProcessHandle> holder(List<String> sockets) {
    return ProcessHandle.allProcesses()
        .filter(process -> holds(process.pid(), sockets))
        .findFirst();
  }

  private static boolean holds(long pid, List<String> sockets) {
    var descriptors = PROC.resolve(Long.toString(pid)).resolve("fd");
    try (var links = Files.newDirectoryStream(descriptors)) {
      for (var link : links) {
        if (sockets.contains(target(link))) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException e) {
      return false; // ended meanwhile, or not ours to look into
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // closed meanwhile
    }
  }
}
