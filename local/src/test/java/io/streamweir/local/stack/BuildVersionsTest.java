package io.streamweir.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BuildVersionsTest {

  @Test
  void shouldBeTheRegistryThatContainersRun() throws Exception {
    assertThat(Files.readString(Path.of("../docker-compose.yml")))
        .contains("image: apicurio/apicurio-registry:" + BuildVersions.apicurio() + "\n");
  }
}
