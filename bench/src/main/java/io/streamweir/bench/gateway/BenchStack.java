package io.streamweir.bench.gateway;

import io.streamweir.bench.pipeline.PathLog;
import io.streamweir.client.ClientOptions;
import io.streamweir.local.deploy.Deployer;
import io.streamweir.local.deploy.DeploymentPlan;
import io.streamweir.local.deploy.ModelDirectory;
import io.streamweir.local.stack.DataDirectory;
import io.streamweir.local.stack.Home;
import io.streamweir.local.stack.Shutdown;
import io.streamweir.local.stack.Stack;
import io.streamweir.local.stack.Startup;
import io.streamweir.local.terminal.Terminal;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A stack of its own, as {@code weir up} starts it, whose one deployment runs a paced engine. */
final class BenchStack implements AutoCloseable {

  static final String MODEL = "paced";
  static final String DEPLOYMENT = "paced-cpu";

  private static final int MAX_MODEL_LEN = 1 << 20;
  private static final List<String> TEXT_FILES =
      List.of("config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json");

  private final Stack stack;
  private final Terminal terminal;
  private final Path model;

  /**
   * @param settings of the stack, put over those that this needs
   */
  BenchStack(Home home, DataDirectory data, Map<String, String> settings, Terminal terminal) {
    var all = new TreeMap<String, String>();
    all.put("deployment.default", "false");
    all.put("gateway.client.stalled-timeout", "1 h"); // the load decides when they go
    all.put("taskmanager.classpath", home.moduleJar("bench").toString());
    all.putAll(settings);
    this.stack = Stack.open(home, data, all);
    this.terminal = terminal;
    this.model = data.root().resolve(MODEL);
  }

  void start() throws IOException {
    new Startup(stack, terminal).run();
    Files.createDirectories(model);
    for (var name : TEXT_FILES) {
      var source = stack.home().defaultModel().resolve(name);
      Files.copy(source, model.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
    stack.changeJobs(this::deploy);
  }

  private void deploy() {
    try (var deployer = new Deployer(stack.jobSite())) {
      if (deployer.view().deployment(DEPLOYMENT).isEmpty()) {
        deployer.deploy(
            new DeploymentPlan(
                DEPLOYMENT,
                MODEL,
                List.of(),
                new ModelDirectory(model),
                PacedEngineProvider.NAME,
                "cpu",
                1,
                1,
                MAX_MODEL_LEN,
                Map.of()));
      }
    }
  }

  /** How requests that come from now on are answered. */
  void pace(Pace pace) {
    pace.write(model);
  }

  URI gateway() {
    return URI.create(stack.settings().gatewayUrl());
  }

  ClientOptions clientOptions() {
    return stack.clientOptions();
  }

  /** The logs that requests pass, from here on. */
  PathLog pathLog() {
    var options = clientOptions();
    return new PathLog(options.bootstrapServers(), options.registryUrl(), DEPLOYMENT);
  }

  GatewayProcess gatewayProcess() throws IOException {
    return new GatewayProcess(stack.services().named("gateway").find().pid());
  }

  @Override
  public void close() {
    new Shutdown(stack, terminal).run();
  }
}
