package io.streamweir.local.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The words that a running process was started with. */
final class CommandLine {

  private static final int SHORT = 100;

  private CommandLine() {}

  /** Empty if the process has ended or belongs to another user. */
  static List<String> of(ProcessHandle process) {
    try {
      // The JDK gives up on command lines above 4 KB; a class path is longer.
      var text = Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
      return Arrays.asList(text.split("\0"));
    } catch (IOException e) {
      return process.info().command().map(List::of).orElse(List.of());
    }
  }

  /** The value of {@code -Dname=value} among the words. */
  static Optional<String> property(List<String> words, String name) {
    var prefix = "-D" + name + "=";
    return words.stream()
        .filter(word -> word.startsWith(prefix))
        .map(word -> word.substring(prefix.length()))
        .findFirst();
  }

  /** The beginning, readable in a message. */
  static String shorten(List<String> words) {
    var text = String.join(" ", words);
    return text.length() <= SHORT ? text : text.substring(0, SHORT) + "...";
  }
}
