package io.streamweir.gateway.files;

import io.vertx.core.MultiMap;
import java.time.Duration;

/** The parsers of uploads, for who feeds them with anything. */
public final class FormInputs {

  private FormInputs() {}

  /**
   * Reads the name of a file.
   *
   * @throws io.streamweir.gateway.http.ApiException if it is none
   */
  public static void filename(String name) {
    FileForm.filename(name);
  }

  /**
   * Reads the fields beside the file.
   *
   * @param text {@code name=value}, one a line
   * @throws io.streamweir.gateway.http.ApiException if one is not as it should be
   */
  public static void fields(String text) {
    var fields = MultiMap.caseInsensitiveMultiMap();
    text.lines()
        .filter(line -> line.indexOf('=') > 0)
        .forEach(
            line ->
                fields.add(
                    line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
    FileForm.of(fields, Duration.ofDays(30));
  }
}
