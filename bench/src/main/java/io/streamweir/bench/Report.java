package io.streamweir.bench;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where a benchmark leaves its figures, and tells meanwhile what it does. */
public final class Report {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .registerModule(new SimpleModule().addSerializer(Double.class, new FiniteOrNull()));

  @Option(names = "--report", required = true, description = "JSON file to write")
  private Path file;

  /**
   * Writes the figures to the file and prints them. What was not measured, as the median of
   * nothing, is null.
   */
  public void write(Map<String, Object> figures) throws IOException {
    var json = JSON.writeValueAsString(figures);
    Files.writeString(file, json + "\n");
    System.out.println(json);
  }

  /** Prints a line of progress. */
  public static void say(String format, Object... values) {
    System.err.printf(format + "%n", values);
  }

  private static final class FiniteOrNull extends StdSerializer<Double> {

    FiniteOrNull() {
      super(Double.class);
    }

    @Override
    public void serialize(Double value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (Double.isFinite(value)) {
        out.writeNumber(value.doubleValue());
      } else {
        out.writeNull();
      }
    }
  }
}
