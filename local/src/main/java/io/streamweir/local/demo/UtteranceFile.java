package io.streamweir.local.demo;

import io.streamweir.local.terminal.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/** Reads labelled utterances from CSV with the columns of dev.csv. */
final class UtteranceFile {

  private static final List<String> COLUMNS =
      List.of("utterance", "intent", "entity_type", "start_offset", "end_offset");

  private UtteranceFile() {}

  /**
   * @throws WeirException naming file and row, if it is not of that form
   */
  static List<Utterance> read(Path file) {
    var format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
    try (var reader = Files.newBufferedReader(file);
        var parser = format.parse(reader)) {
      if (!parser.getHeaderNames().containsAll(COLUMNS)) {
        throw new WeirException(
            "%s has the columns %s, but needs %s"
                .formatted(file, parser.getHeaderNames(), COLUMNS));
      }
      var utterances = parser.stream().map(row -> utterance(row, file)).toList();
      if (utterances.isEmpty()) {
        throw new WeirException(file + " has no rows");
      }
      return utterances;
    } catch (IOException e) {
      throw new WeirException("Cannot read " + file + ": " + e, e);
    }
  }

  private static Utterance utterance(CSVRecord row, Path file) {
    var text = row.get("utterance");
    try {
      return new Utterance(text, new Answer(row.get("intent"), entity(row, text)));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new WeirException(
          "%s, row %d: the offsets '%s' and '%s' do not lie within '%s'"
              .formatted(
                  file,
                  row.getRecordNumber(),
                  row.get("start_offset"),
                  row.get("end_offset"),
                  text),
          e);
    }
  }

  /** The entity in the spelling of the utterance, which entity_value need not have. */
  private static Optional<Answer.Entity> entity(CSVRecord row, String text) {
    var type = row.get("entity_type");
    if (type.isEmpty()) {
      return Optional.empty();
    }
    var start = Integer.parseInt(row.get("start_offset"));
    var end = Integer.parseInt(row.get("end_offset"));
    return Optional.of(new Answer.Entity(type, text.substring(start, end)));
  }
}
