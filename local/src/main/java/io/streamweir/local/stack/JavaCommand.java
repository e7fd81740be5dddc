package io.streamweir.local.stack;

import io.streamweir.local.process.PortClaim;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The words of a {@code java} command line, with what every process of a stack has in common. */
final class JavaCommand {

  private final List<String> options = new ArrayList<>();
  private final List<String> program = new ArrayList<>();

  JavaCommand(DataDirectory data) {
    options.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    property(PortClaim.DATA_PROPERTY, data.root().toString());
  }

  JavaCommand option(String... words) {
    options.addAll(List.of(words));
    return this;
  }

  JavaCommand property(String name, Object value) {
    options.add("-D" + name + "=" + value);
    return this;
  }

  JavaCommand main(String classPath, String mainClass) {
    program.addAll(List.of("-cp", classPath, mainClass));
    return this;
  }

  JavaCommand jar(Path jar) {
    program.addAll(List.of("-jar", jar.toString()));
    return this;
  }

  JavaCommand arguments(Object... words) {
    for (var word : words) {
      program.add(word.toString());
    }
    return this;
  }

  List<String> words() {
    var words = new ArrayList<>(options);
    words.addAll(program);
    return words;
  }
}
