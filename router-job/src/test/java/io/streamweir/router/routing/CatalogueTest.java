package io.streamweir.router.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.schemas.Deployment;
import io.streamweir.schemas.DeploymentState;
import io.streamweir.schemas.RequestKey;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CatalogueTest {

  private final Catalogue catalogue = new Catalogue();

  @Test
  void shouldIgnoreChangeWhenVersionIsNotNewer() {
    catalogue.put(deployment("d", "m").setVersion(5).setMaxModelLen(100).build());

    assertThat(catalogue.put(deployment("d", "m").setVersion(5).setMaxModelLen(1).build()))
        .isFalse();
    assertThat(catalogue.put(deployment("d", "m").setVersion(4).setMaxModelLen(1).build()))
        .isFalse();
    assertThat(catalogue.candidates("m", null))
        .extracting(Deployment::getMaxModelLen)
        .containsExactly(100);
  }

  @Test
  void shouldForgetVersionWhenDeploymentIsRemoved() {
    catalogue.put(deployment("d", "m").setVersion(5).build());
    catalogue.remove("d");

    assertThat(catalogue.candidates("m", null)).isEmpty();
    assertThat(catalogue.put(deployment("d", "m").setVersion(1).build())).isTrue();
  }

  @Test
  void shouldPreferNameWhenAnotherModelHasItAsAlias() {
    catalogue.put(deployment("a", "chat-large").setAliases(List.of("chat")).build());
    assertThat(names("chat", null)).containsExactly("a");

    catalogue.put(deployment("b", "chat").build());
    assertThat(names("chat", null)).containsExactly("b");
  }

  @Test
  void shouldKeepToTheClassWhenAcceleratorIsAskedFor() {
    catalogue.put(deployment("a", "m").setAccelerator("cpu").build());
    catalogue.put(deployment("b", "m").setAccelerator("gpu").build());

    assertThat(names("m", null)).containsExactly("a", "b");
    assertThat(names("m", "gpu")).containsExactly("b");
    assertThat(names("m", "npu")).isEmpty();
    assertThat(catalogue.missing("m", "npu").message())
        .contains("'npu'")
        .contains("only on cpu, gpu");
  }

  @ParameterizedTest
  @EnumSource(
      value = DeploymentState.class,
      names = {"STARTING", "READY"},
      mode = EnumSource.Mode.EXCLUDE)
  void shouldGiveNoRequestsWhenDeploymentIsNotServing(DeploymentState state) {
    catalogue.put(deployment("d", "m").setState(state).build());

    assertThat(catalogue.candidates("m", null)).isEmpty();
    assertThat(catalogue.missing("m", null).message()).contains("no more requests");
  }

  @Test
  void shouldNameWhatThereIsWhenModelIsUnknown() {
    assertThat(catalogue.missing("x", null).message()).contains("deployed are none");
    IntStream.range(0, 20).forEach(i -> catalogue.put(deployment("d" + i, "m" + i).build()));

    assertThat(catalogue.missing("x", null).message()).contains("m0, m1, m10").contains(", ...");
  }

  @Test
  void shouldChooseReadyWhenAnotherIsStarting() {
    var starting = deployment("a", "m").setState(DeploymentState.STARTING).build();
    var ready = deployment("b", "m").build();

    assertThat(choices(List.of(starting, ready))).containsExactly("b");
    assertThat(choices(List.of(starting))).containsExactly("a");
  }

  @Test
  void shouldSpreadAndStaySameWhenSeveralAreReady() {
    var equals = List.of(deployment("a", "m").build(), deployment("b", "m").build());
    var chooser = new ReadyFirstByHash();
    var key = new RequestKey("t", "r-1");

    assertThat(choices(equals)).containsExactlyInAnyOrder("a", "b");
    assertThat(chooser.choose(equals, key)).isSameAs(chooser.choose(equals, key));
  }

  private static HashSet<String> choices(List<Deployment> candidates) {
    var chosen = new HashSet<String>();
    for (int i = 0; i < 100; i++) {
      var key = new RequestKey("t", "r-" + i);
      chosen.add(new ReadyFirstByHash().choose(candidates, key).getName());
    }
    return chosen;
  }

  private List<String> names(String model, String accelerator) {
    return catalogue.candidates(model, accelerator).stream().map(Deployment::getName).toList();
  }

  private static Deployment.Builder deployment(String name, String model) {
    return Deployment.newBuilder()
        .setName(name)
        .setModel(model)
        .setModelPath("models/" + model)
        .setMaxModelLen(100)
        .setState(DeploymentState.READY)
        .setVersion(1);
  }
}
