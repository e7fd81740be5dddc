package io.streamweir.local.stack;

import io.streamweir.config.Setting;
import io.streamweir.config.SettingTable;
import io.streamweir.kafka.EmbeddedKafka;
import io.streamweir.kafka.EmbeddedKafkaOptions;
import java.nio.file.Path;
import java.util.List;

/** The broker's process. */
public final class KafkaMain {

  private static final Setting<String> DATA =
      Setting.string("data", null, "directory of the broker's logs and metadata");
  private static final Setting<String> HOST =
      Setting.string("host", "127.0.0.1", "address to listen on and to advertise");
  private static final Setting<Integer> PORT =
      Setting.integer("port", "9092", 1, 65_535, "port for clients");
  private static final Setting<Integer> CONTROLLER_PORT =
      Setting.integer("controller.port", "9093", 1, 65_535, "port of the KRaft controller");
  private static final SettingTable TABLE =
      new SettingTable("kafka", List.of(DATA, HOST, PORT, CONTROLLER_PORT));

  private KafkaMain() {}

  /** Serves until the process is told to end. */
  public static void main(String[] arguments) {
    var config = TABLE.parse(arguments);
    var kafka =
        EmbeddedKafka.start(
            new EmbeddedKafkaOptions(
                Path.of(config.get(DATA)),
                config.get(HOST),
                config.get(PORT),
                config.get(CONTROLLER_PORT)));
    Runtime.getRuntime().addShutdownHook(new Thread(kafka::close, "shutdown"));
    kafka.awaitShutdown();
  }
}
