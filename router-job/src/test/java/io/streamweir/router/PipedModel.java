package io.streamweir.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A model whose tokenizer is a pipe: who loads it waits until it is told that there is none.
 *
 * @param path of its directory
 */
record PipedModel(Path path) {

  private static final String NO_TOKENIZER = "{}";

  /** Makes one in a directory that is not there. */
  static PipedModel in(Path path) throws Exception {
    Files.createDirectories(path);
    Files.copy(RouterRig.MODEL.resolve("config.json"), path.resolve("config.json"));
    var model = new PipedModel(path);
    assertThat(new ProcessBuilder("mkfifo", model.tokenizer().toString()).start().waitFor())
        .isZero();
    return model;
  }

  /** Ends the wait of who reads the pipe, and leaves a file: who looks later does not wait. */
  void turnsOutBad() throws Exception {
    try (var pipe = Files.newOutputStream(tokenizer())) {
      Files.delete(tokenizer());
      Files.writeString(tokenizer(), NO_TOKENIZER);
      pipe.write(NO_TOKENIZER.getBytes(StandardCharsets.UTF_8));
    }
  }

  private Path tokenizer() {
    return path.resolve("tokenizer.json");
  }
}
