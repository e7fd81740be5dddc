package io.streamweir.bench.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.csv.CSVFormat;

/** Prompts from the first column of a CSV file with a header. */
public final class PromptFile {

  private PromptFile() {}

  public static List<String> read(Path file) throws IOException {
    try (var reader = Files.newBufferedReader(file);
        var records =
            CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get().parse(reader)) {
      var prompts = records.stream().map(record -> record.get(0)).toList();
      if (prompts.isEmpty()) {
        throw new IllegalArgumentException(
            file
                + " holds no prompt; expected a CSV with a header and a prompt in the first column");
      }
      return prompts;
    }
  }
}
