package io.streamweir.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.streamweir.client.catalogue.DeploymentCatalogue;
import io.streamweir.client.keys.KeyStore;
import io.streamweir.schemas.ApiKey;
import io.streamweir.schemas.ChatMessage;
import io.streamweir.schemas.Deployment;
import io.streamweir.schemas.DeploymentState;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.Quota;
import io.streamweir.support.Await;
import io.streamweir.support.Browser;
import io.streamweir.support.Chunks;
import io.streamweir.support.Cluster;
import io.streamweir.support.Responder;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** The page in a headless Chromium, as a person uses it; skipped where there is none. */
@ExtendWith(Cluster.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageITCase {

  private static final List<String> MODELS =
      List.of("calling", "counting", "endless", "failing", "rejected");

  private final Cluster cluster;
  private final String tenant = "t" + UUID.randomUUID();
  private Responder responder;
  private GatewayServer gateway;
  private Browser browser;
  private String key;

  PageITCase(Cluster cluster) {
    this.cluster = cluster;
  }

  @BeforeAll
  void start() throws Exception {
    var program = Browser.program();
    assumeTrue(program.isPresent(), "Skipped: there is no Chromium on the PATH.");
    try (var store = KeyStore.open(cluster.options(), InstantSource.system())) {
      var quota = new Quota(null, null, null);
      key =
          store.create(
              ApiKey.newBuilder()
                  .setName("page")
                  .setTenant(tenant)
                  .setQuota(quota)
                  .setModels(MODELS));
    }
    try (var catalogue = DeploymentCatalogue.open(cluster.options())) {
      for (var model : MODELS) {
        Await.result(
            catalogue.put(
                Deployment.newBuilder()
                    .setName("page-" + model)
                    .setModel(model)
                    .setModelPath("/m")
                    .setMaxModelLen(512)
                    .setState(DeploymentState.READY)
                    .build()));
      }
    }
    responder = new Responder(cluster.options());
    gateway = Gateways.start(cluster, Map.of("keys.required", "true"));
    browser = Browser.start(program.get());
  }

  @AfterAll
  void stop() throws Exception {
    if (key == null) {
      return;
    }
    if (browser != null) {
      browser.close();
    }
    if (gateway != null) {
      gateway.close();
    }
    if (responder != null) {
      responder.close();
    }
    try (var catalogue = DeploymentCatalogue.open(cluster.options())) {
      for (var model : MODELS) {
        Await.result(catalogue.remove("page-" + model));
      }
    }
  }

  @BeforeEach
  void openWithKey() throws Exception {
    browser.open(gateway.url() + "/");
    awaitText("#usage", "401: ");
    browser.click("#key");
    browser.type(key);
    browser.click("#prompt");
    Await.until(() -> browser.texts("#model option").size() == MODELS.size());
  }

  @AfterEach
  void hadNoProblem() {
    assertThat(browser.problems()).isEmpty();
  }

  @Test
  void shouldListTheModelsThatTheKeyMayUse() throws Exception {
    assertThat(browser.texts("#model option")).containsExactlyInAnyOrderElementsOf(MODELS);
    assertThat(browser.texts("#usage")).containsExactly("");
  }

  @Test
  void shouldShowTheAnswerAsItComesAndWhatItTook() throws Exception {
    say("endless", "tell");
    awaitText(".assistant", "0 1 2");
    assertThat(browser.evaluate("document.querySelector('#stop').disabled").asBoolean()).isFalse();
    assertThat(browser.evaluate("document.querySelector('#send').disabled").asBoolean()).isTrue();

    responder.complete(arrival("tell"), 6);

    awaitText("#usage", "7 prompt tokens (0 cached), 6 completion tokens, first after ");
    assertThat(browser.texts(".user")).containsExactly("tell");
    assertThat(browser.texts(".assistant")).containsExactly(Chunks.text(6));
    assertThat(browser.texts(".error")).isEmpty();
  }

  @Test
  void shouldShowWhatTheModelThinksApartFromWhatItSays() throws Exception {
    say("calling", "think");
    awaitReady();

    assertThat(browser.texts(".thought")).containsExactly("Hm 🙂?");
    assertThat(browser.texts(".assistant")).containsExactly("Wait");
  }

  @Test
  void shouldCancelTheRequestWhenItIsStopped() throws Exception {
    say("endless", "stop me");
    awaitText(".assistant", "0 1 2");

    browser.click("#stop");

    awaitText("#usage", "Stopped");
    assertThat(responder.cancel(arrival("stop me").getRequestId()).getReason())
        .contains("disconnected");
  }

  @Test
  void shouldSayWhyThereIsNoAnswerOrNoMoreOfIt() throws Exception {
    say("rejected", "hi");
    awaitText(".error", "404: No deployment serves it.");
    awaitReady();
    say("failing", "again");
    awaitText(".error:last-child", "The engine failed.");

    assertThat(browser.texts(".assistant")).containsExactly("0 1 2 ");
  }

  @Test
  void shouldSendWhatWasSaidBeforeUntilANewConversationBegins() throws Exception {
    say("counting", "<b>one</b>");
    awaitReady();
    assertThat(arrival("<b>one</b>").getMessages()).hasSize(1);
    assertThat(browser.texts(".user")).containsExactly("<b>one</b>");
    say("rejected", "two");
    awaitText(".error", "404: ");
    awaitReady();
    say("counting", "three");
    awaitReady();
    assertThat(arrival("three").getMessages())
        .as("what was not answered is not said again")
        .extracting(ChatMessage::getContent)
        .containsExactly("<b>one</b>", Chunks.text(5), "three");

    say("endless", "four");
    awaitText(".assistant:last-child", "0 1 2");
    browser.click("#clear");
    awaitReady();
    say("counting", "five");

    awaitText(".assistant", Chunks.text(5).strip());
    assertThat(arrival("five").getMessages())
        .extracting(ChatMessage::getContent)
        .containsExactly("five");
  }

  /** The request whose last message says that. */
  private InferenceRequest arrival(String text) throws Exception {
    return responder.arrival(
        request -> request.getTenant().equals(tenant) && text.equals(last(request).getContent()));
  }

  private static ChatMessage last(InferenceRequest request) {
    return request.getMessages().get(request.getMessages().size() - 1);
  }

  private void say(String model, String text) throws Exception {
    browser.choose("#model", model);
    browser.click("#prompt");
    browser.type(text);
    browser.pressEnter();
  }

  /** Until the next message can be sent. */
  private void awaitReady() throws Exception {
    Await.until(() -> !browser.evaluate("document.querySelector('#send').disabled").asBoolean());
  }

  private void awaitText(String selector, String begin) throws Exception {
    Await.until(() -> browser.texts(selector).stream().anyMatch(text -> text.startsWith(begin)));
  }
}
