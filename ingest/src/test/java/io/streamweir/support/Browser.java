package io.streamweir.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * A headless Chromium with one page that is used as by a person, with mouse and keyboard, over the
 * DevTools protocol.
 */
public final class Browser implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> PROGRAMS =
      List.of("chromium", "chromium-headless-shell", "chromium-browser", "google-chrome");
  private static final Pattern LISTENS = Pattern.compile("DevTools listening on ws://([^/\\s]+)/");

  private final Path directory;
  private final Process process;
  private final WebSocket page;
  private final AtomicInteger commands = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> unanswered = new ConcurrentHashMap<>();
  private final Set<String> loaded = ConcurrentHashMap.newKeySet();
  private final List<String> problems = new CopyOnWriteArrayList<>();

  private Browser(Path program) throws Exception {
    directory = Files.createTempDirectory("weir-browser");
    var log = directory.resolve("log");
    process =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-breakpad",
                "--remote-debugging-port=0",
                "--user-data-dir=" + directory.resolve("profile"),
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      Await.until(() -> !process.isAlive() || LISTENS.matcher(Files.readString(log)).find());
      var address = LISTENS.matcher(Files.readString(log));
      if (!address.find()) {
        throw new TestAbortedException("The browser does not run: " + Files.readString(log));
      }
      var http = HttpClient.newHttpClient();
      var create =
          HttpRequest.newBuilder(URI.create("http://" + address.group(1) + "/json/new"))
              .PUT(HttpRequest.BodyPublishers.noBody())
              .build();
      var target = JSON.readTree(http.send(create, HttpResponse.BodyHandlers.ofString()).body());
      var url = URI.create(target.path("webSocketDebuggerUrl").asText());
      page = Await.result(http.newWebSocketBuilder().buildAsync(url, new Listener()));
      for (var domain : List.of("Page", "Runtime", "Log")) {
        command(domain + ".enable", Map.of());
      }
      command("Page.setLifecycleEventsEnabled", Map.of("enabled", true));
    } catch (Exception | AssertionError e) {
      end();
      throw e;
    }
  }

  /**
   * Starts it; the test is skipped if it ends at once, as a stub of it does that some systems have.
   */
  public static Browser start(Path program) throws Exception {
    return new Browser(program);
  }

  /** Where the program is; empty if it is not on the path. */
  public static Optional<Path> program() {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .flatMap(folder -> PROGRAMS.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Loads a page, and forgets the one before. */
  public void open(String url) throws Exception {
    var loader = command("Page.navigate", Map.of("url", url)).path("loaderId").asText();
    Await.until(() -> loaded.contains(loader));
  }

  /** What a JavaScript expression gives. */
  public JsonNode evaluate(String expression) throws Exception {
    var result =
        command("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
    if (result.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + result.path("exceptionDetails"));
    }
    return result.at("/result/value");
  }

  /** The text of the elements that a selector finds. */
  public List<String> texts(String selector) throws Exception {
    var texts =
        evaluate("[...document.querySelectorAll('" + selector + "')].map(e => e.textContent)");
    return Arrays.asList(JSON.convertValue(texts, String[].class));
  }

  /** Clicks into the middle of an element. */
  public void click(String selector) throws Exception {
    var middle =
        evaluate(
            "(() => { const e = document.querySelector('"
                + selector
                + "'); e.scrollIntoView(); const r = e.getBoundingClientRect();"
                + " return {x: r.x + r.width / 2, y: r.y + r.height / 2}; })()");
    for (var type : List.of("mousePressed", "mouseReleased")) {
      command(
          "Input.dispatchMouseEvent",
          Map.of(
              "type",
              type,
              "x",
              middle.path("x").asDouble(),
              "y",
              middle.path("y").asDouble(),
              "button",
              "left",
              "clickCount",
              1));
    }
  }

  /** Types into whatever has the focus. */
  public void type(String text) throws Exception {
    command("Input.insertText", Map.of("text", text));
  }

  public void pressEnter() throws Exception {
    for (var type : List.of("keyDown", "keyUp")) {
      command(
          "Input.dispatchKeyEvent",
          Map.of("type", type, "key", "Enter", "code", "Enter", "windowsVirtualKeyCode", 13));
    }
  }

  /** Chooses from a list. */
  public void choose(String selector, String option) throws Exception {
    evaluate("document.querySelector('" + selector + "').value = '" + option + "'");
  }

  /** Exceptions of the page's script that nobody caught, and what its policy forbade. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  @Override
  public void close() throws Exception {
    page.abort();
    end();
  }

  private void end() throws Exception {
    var all = Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(one -> one.onExit().join());
    // A process of its own that reports crashes outlives it for a moment, and may still write.
    Await.until(this::deleted);
  }

  private boolean deleted() {
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
      return true;
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  private JsonNode command(String method, Map<String, Object> parameters) throws Exception {
    var id = commands.incrementAndGet();
    var answer = new CompletableFuture<JsonNode>();
    unanswered.put(id, answer);
    ObjectNode command = JSON.createObjectNode().put("id", id).put("method", method);
    command.set("params", JSON.valueToTree(parameters));
    Await.result(page.sendText(command.toString(), true));
    var given = Await.result(answer);
    if (given.has("error")) {
      throw new AssertionError(method + ": " + given.path("error"));
    }
    return given.path("result");
  }

  private void heard(JsonNode message) {
    var answer = unanswered.remove(message.path("id").asInt());
    if (answer != null) {
      answer.complete(message);
      return;
    }
    var event = message.path("params");
    switch (message.path("method").asText()) {
      case "Page.lifecycleEvent" -> {
        if (event.path("name").asText().equals("load")) {
          loaded.add(event.path("loaderId").asText());
        }
      }
      case "Runtime.exceptionThrown" -> problems.add(event.toString());
      case "Log.entryAdded" -> {
        if (event.at("/entry/source").asText().equals("security")) {
          problems.add(event.toString());
        }
      }
      default -> {}
    }
  }

  private final class Listener implements WebSocket.Listener {

    private final StringBuilder begun = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      begun.append(part);
      if (last) {
        try {
          heard(JSON.readTree(begun.toString()));
        } catch (IOException e) {
          problems.add("not JSON: " + begun);
        }
        begun.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
      unanswered.values().forEach(answer -> answer.completeExceptionally(failure));
    }
  }
}
