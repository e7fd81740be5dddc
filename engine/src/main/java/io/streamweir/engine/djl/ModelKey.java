package io.streamweir.engine.djl;

import io.streamweir.engine.EngineLoadException;
import io.streamweir.engine.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Identifies the content of a model directory without reading the weights.
 *
 * @param stamps name, size and time of the last change of each file that is read
 * @param dtype what the weights are computed in
 */
record ModelKey(Path directory, List<String> stamps, String dtype) {

  static ModelKey of(Path directory, String dtype) {
    try {
      List<Path> files = new ArrayList<>(Checkpoint.files(directory));
      files.add(directory.resolve("config.json"));
      files.add(directory.resolve("generation_config.json"));
      files.add(directory.resolve("tokenizer.json"));
      files.add(directory.resolve("tokenizer_config.json"));
      files.add(directory.resolve("chat_template.jinja"));
      List<String> stamps = new ArrayList<>();
      for (Path file : files) {
        if (Files.isRegularFile(file)) {
          stamps.add(
              file.getFileName()
                  + ":"
                  + Files.size(file)
                  + ":"
                  + Files.getLastModifiedTime(file).toMillis());
        }
      }
      return new ModelKey(directory.toRealPath(), List.copyOf(stamps), dtype);
    } catch (IOException e) {
      throw new EngineLoadException(directory + " cannot be read: " + e, e);
    }
  }
}
