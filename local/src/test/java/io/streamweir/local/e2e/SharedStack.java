package io.streamweir.local.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands one stack to all tests that ask for it: started by the first, stopped after the last. */
final class SharedStack implements ParameterResolver {

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == RunningStack.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(SharedStack.class))
        .getOrComputeIfAbsent(Holder.class)
        .stack;
  }

  /** Lives in the root store, so it is closed with the whole test run. */
  static final class Holder implements AutoCloseable {
    private final Path directory;
    private final RunningStack stack;

    Holder() throws IOException {
      directory = Files.createTempDirectory("weir-it");
      stack = RunningStack.start(directory);
    }

    @Override
    public void close() throws IOException {
      stack.close();
      try (var files = Files.walk(directory)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
