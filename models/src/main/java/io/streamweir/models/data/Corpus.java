package io.streamweir.models.data;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** A list of labelled utterances. */
public record Corpus(List<Utterance> utterances) {
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();

  public Corpus {
    utterances = List.copyOf(utterances);
  }

  /**
   * Reads a CSV file with the columns utterance, intent, entity_type, start_offset, end_offset.
   *
   * @throws IOException if the file cannot be read or is not of that form
   */
  public static Corpus read(Path file) throws IOException {
    List<Utterance> utterances = new ArrayList<>();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8);
        CSVParser parser = FORMAT.parse(reader)) {
      for (CSVRecord row : parser) {
        utterances.add(utterance(row));
      }
    } catch (IllegalArgumentException e) {
      throw new IOException(
          file
              + " is not a support-intents file: "
              + e.getMessage()
              + "; expected the columns utterance, intent, entity_type, start_offset, end_offset",
          e);
    }
    return new Corpus(utterances);
  }

  private static Utterance utterance(CSVRecord row) {
    String type = row.get("entity_type");
    return new Utterance(
        row.get("utterance"),
        row.get("intent"),
        type,
        type.isEmpty() ? 0 : Integer.parseInt(row.get("start_offset")),
        type.isEmpty() ? 0 : Integer.parseInt(row.get("end_offset")));
  }

  public int size() {
    return utterances.size();
  }

  /** Two parts: {@code heldOut} utterances drawn by {@code seed}, and the others. */
  public Split split(int heldOut, long seed) {
    List<Utterance> shuffled = new ArrayList<>(utterances);
    Collections.shuffle(shuffled, new Random(seed));
    return new Split(
        new Corpus(shuffled.subList(heldOut, shuffled.size())),
        new Corpus(shuffled.subList(0, heldOut)));
  }

  /** What is trained on, and what only measures the training. */
  public record Split(Corpus training, Corpus validation) {}
}
