package io.streamweir.local.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands one stack to all tests that ask for it: started by the first, stopped after the last. After
 * a test that failed the next one gets another stack: who knows what it left.
 */
final class SharedStack implements ParameterResolver, AfterEachCallback {

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == RunningStack.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return store(context).getOrComputeIfAbsent(Holder.class).stack;
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    if (context.getExecutionException().isPresent()) {
      var holder = store(context).remove(Holder.class, Holder.class);
      if (holder != null) {
        holder.close();
      }
    }
  }

  private static ExtensionContext.Store store(ExtensionContext context) {
    return context.getRoot().getStore(ExtensionContext.Namespace.create(SharedStack.class));
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
