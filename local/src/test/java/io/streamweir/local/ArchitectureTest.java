package io.streamweir.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The directions in which modules may depend on each other; docs/architecture.md has the same as a
 * table.
 */
class ArchitectureTest {

  private static final String FLINK = "org.apache.flink..";
  private static final String KAFKA = "org.apache.kafka..";
  private static final String VERTX = "io.vertx..";
  private static final String DJL = "ai.djl..";

  private static final String SCHEMAS = "io.streamweir.schemas..";
  private static final String TEXT = "io.streamweir.text..";
  private static final String ENGINE = "io.streamweir.engine..";
  private static final String ROUTER = "io.streamweir.router..";
  private static final String INFERENCE = "io.streamweir.inference..";
  private static final String CLIENT = "io.streamweir.client..";
  private static final String GATEWAY = "io.streamweir.gateway..";
  private static final String SINKS = "io.streamweir.sinks..";
  private static final String LOCAL = "io.streamweir.local..";

  private static final List<String> MODULES =
      List.of(
          "schemas",
          "embedded-kafka",
          "text",
          "engine",
          "engine-faults",
          "flink-common",
          "router-job",
          "inference-job",
          "ingest",
          "sinks",
          "models",
          "local");

  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPaths(MODULES.stream().map(ArchitectureTest::classes).toList());

  @Test
  void shouldSeeTheClassesOfEveryModule() {
    for (var module : MODULES) {
      assertThat(classes(module)).as("compiled classes of %s", module).isNotEmptyDirectory();
    }
    assertThat(CLASSES.size()).isGreaterThan(300);
  }

  @Test
  void shouldKeepTextAndEnginesFreeOfFlinkKafkaAndHttp() {
    forbid(List.of(TEXT, ENGINE), FLINK, KAFKA, VERTX, SCHEMAS, "java.net.http..");
  }

  @Test
  void shouldKeepTextFreeOfEngines() {
    forbid(List.of(TEXT), ENGINE);
  }

  @Test
  void shouldKeepTheEngineSpiFreeOfAnyEngine() {
    noClasses()
        .that()
        .resideInAPackage("io.streamweir.engine")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(DJL, "io.streamweir.engine.djl..")
        .check(CLASSES);
  }

  @Test
  void shouldKeepSchemasOnTheGround() {
    forbid(
        List.of(SCHEMAS, "io.streamweir.config.."),
        FLINK,
        VERTX,
        DJL,
        TEXT,
        ENGINE,
        CLIENT,
        GATEWAY,
        ROUTER,
        INFERENCE);
  }

  @Test
  void shouldKeepJobsFreeOfHttpAndOfEachOther() {
    forbid(List.of(ROUTER), VERTX, CLIENT, GATEWAY, INFERENCE, ENGINE, LOCAL, SINKS);
    forbid(List.of(INFERENCE), VERTX, CLIENT, GATEWAY, ROUTER, LOCAL, SINKS, DJL);
  }

  @Test
  void shouldKeepClientAndGatewayFreeOfFlinkAndEngines() {
    forbid(List.of(CLIENT, GATEWAY, SINKS), FLINK, DJL, ENGINE, ROUTER, INFERENCE, LOCAL);
    forbid(List.of(CLIENT), VERTX, GATEWAY);
  }

  @Test
  void shouldHaveNoCyclesBetweenModules() {
    SlicesRuleDefinition.slices()
        .matching("io.streamweir.(*)..")
        .namingSlices("$1")
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }

  private static void forbid(List<String> from, String... to) {
    noClasses()
        .that()
        .resideInAnyPackage(from.toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(to)
        .check(CLASSES);
  }

  private static Path classes(String module) {
    return Path.of("..", module, "target", "classes");
  }
}
