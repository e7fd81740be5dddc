package io.streamweir.gateway;

import io.streamweir.config.ConfigException;

/** Runs the gateway until the process is told to end. */
public final class Gateway {

  private static final String LOG_CONFIGURATION = "log4j2.configurationFile";
  private static final int USAGE_ERROR = 2;

  private Gateway() {}

  /**
   * @param args {@code --key value} pairs, see {@link GatewaySettings}
   */
  public static void main(String[] args) {
    if (System.getProperty(LOG_CONFIGURATION) == null) {
      System.setProperty(LOG_CONFIGURATION, "gateway-log4j2.xml");
    }
    try {
      var config = GatewaySettings.TABLE.parse(args);
      var server = GatewayServer.start(config);
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "drain"));
      System.out.println("Gateway listens on " + server.url());
    } catch (ConfigException | GatewayException e) {
      System.err.println(e.getMessage());
      System.exit(USAGE_ERROR);
    }
  }
}
