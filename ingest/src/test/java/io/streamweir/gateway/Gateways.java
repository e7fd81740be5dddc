package io.streamweir.gateway;

import io.streamweir.config.Config;
import io.streamweir.support.Await;
import io.streamweir.support.Cluster;
import io.streamweir.support.GatewayClient;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** Starts gateways for tests. */
final class Gateways {

  private Gateways() {}

  /** A gateway that is ready. */
  static GatewayServer start(Cluster cluster, Map<String, String> settings) throws Exception {
    return start(cluster, settings, InstantSource.system());
  }

  /** The same, by another clock. */
  static GatewayServer start(Cluster cluster, Map<String, String> settings, InstantSource clock)
      throws Exception {
    var gateway = GatewayServer.start(config(cluster, settings), clock);
    var client = new GatewayClient(gateway.url());
    Await.until(() -> client.get("/healthz").statusCode() == 200);
    return gateway;
  }

  /** On a free port, with the given settings on top. */
  static Config config(Cluster cluster, Map<String, String> settings) {
    var all = new HashMap<String, String>();
    all.put("port", "0");
    all.put("kafka.bootstrap.servers", cluster.bootstrapServers());
    all.put("schema.registry.url", cluster.registryUrl());
    all.putAll(settings);
    return GatewaySettings.TABLE.parse(all);
  }
}
