package io.streamweir.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.local.terminal.WeirException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UtteranceFileTest {

  private static final String HEADER =
      "utterance,intent,entity_type,entity_value,start_offset,end_offset,category,tags\n";

  @TempDir Path directory;

  @Test
  void shouldTakeTheEntityFromTheTextWhenItsValueIsSpeltOtherwise() throws Exception {
    var file = file(HEADER + "\"send it to dublin, please\",set_address,city,Dublin,11,17,A,B\n");

    assertThat(UtteranceFile.read(file))
        .containsExactly(
            new Utterance(
                "send it to dublin, please",
                new Answer("set_address", Optional.of(new Answer.Entity("city", "dublin")))));
  }

  @Test
  void shouldHaveNoEntityWhenTheTypeIsEmpty() throws Exception {
    var file = file(HEADER + "hello,review,,,,,A,B\n");

    assertThat(UtteranceFile.read(file).get(0).answer().entity()).isEmpty();
  }

  @Test
  void shouldNameRowAndOffsetsWhenTheyLieOutside() throws Exception {
    var file = file(HEADER + "hello,review,,,,,A,B\nhi,review,city,X,1,9,A,B\n");

    assertThatThrownBy(() -> UtteranceFile.read(file))
        .isInstanceOf(WeirException.class)
        .hasMessageContaining("row 2")
        .hasMessageContaining("'9'");
  }

  @Test
  void shouldNameTheColumnsWhenOneIsMissing() throws Exception {
    var file = file("utterance,intent\nhello,review\n");

    assertThatThrownBy(() -> UtteranceFile.read(file))
        .isInstanceOf(WeirException.class)
        .hasMessageContaining("start_offset");
  }

  @Test
  void shouldRefuseAFileWithoutRows() throws Exception {
    var file = file(HEADER);

    assertThatThrownBy(() -> UtteranceFile.read(file)).hasMessageContaining("no rows");
  }

  private Path file(String content) throws Exception {
    return Files.writeString(directory.resolve("input.csv"), content);
  }
}
