package io.streamweir.client.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.client.internal.KafkaClients;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.TopicSpec;
import io.streamweir.schemas.Topics;
import io.streamweir.support.Await;
import io.streamweir.support.Cluster;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Cluster.Extension.class)
class TopicProvisionerITCase {

  private final Cluster cluster;
  private final TopicProvisioner provisioner;
  private final String name = "d-" + UUID.randomUUID().toString().substring(0, 8);

  TopicProvisionerITCase(Cluster cluster) {
    this.cluster = cluster;
    this.provisioner = new TopicProvisioner(cluster.options());
  }

  @AfterEach
  void close() {
    provisioner.close();
  }

  @Test
  void shouldChangeNothingWhenEverythingExists() {
    assertThat(provisioner.provisionFixed()).isEmpty();
  }

  @Test
  void shouldCreateAndDeleteTheDispatchTopicsOfADeployment() {
    var topics =
        List.of(Topics.dispatchName(name, Lane.ONLINE), Topics.dispatchName(name, Lane.OFFLINE));

    assertThat(provisioner.provisionDispatch(name, 3)).containsExactlyInAnyOrderElementsOf(topics);
    assertThat(provisioner.provisionDispatch(name, 3)).isEmpty();
    provisioner.deleteDispatch(name);
    provisioner.deleteDispatch(name);
  }

  @Test
  void shouldSayWhatIsWrongWhenATopicHasTooFewPartitions() throws Exception {
    provisioner.provisionDispatch(name, 1);

    assertThatThrownBy(() -> provisioner.provisionDispatch(name, 3))
        .isInstanceOf(TopicMismatchException.class)
        .hasMessageContaining("exists with partitions 1, but needs at least 3");
  }

  @Test
  void shouldSayWhatIsWrongWhenATopicIsCleanedUpInAnotherWay() throws Exception {
    try (var admin = KafkaClients.admin(cluster.options())) {
      var wrong =
          new NewTopic(Topics.dispatchName(name, Lane.ONLINE), 3, (short) 1)
              .configs(Map.of("cleanup.policy", "compact"));
      admin.createTopics(List.of(wrong)).all().get();
    }

    assertThatThrownBy(() -> provisioner.provisionDispatch(name, 3))
        .isInstanceOf(TopicMismatchException.class)
        .hasMessageContaining("exists with cleanup.policy compact, but needs delete");
  }

  @Test
  void shouldHaveATopicOfAnOlderReleaseGoByTheClockOfTheBroker() throws Exception {
    try (var admin = KafkaClients.admin(cluster.options())) {
      change(admin, Topics.REQUESTS, "message.timestamp.type", "CreateTime");
      change(admin, Topics.REQUESTS, "retention.ms", "3600000");
      try {
        provisioner.provisionFixed();

        awaitValue(admin, Topics.REQUESTS, "message.timestamp.type", "LogAppendTime");
        assertThat(value(admin, Topics.REQUESTS, "retention.ms"))
            .as("how long records are kept is the operator's to choose")
            .isEqualTo("3600000");
      } finally {
        change(
            admin, Topics.REQUESTS, "retention.ms", Topics.REQUESTS.config().get("retention.ms"));
      }
    }
  }

  private static void change(Admin admin, TopicSpec topic, String name, String value)
      throws Exception {
    var change = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    admin.incrementalAlterConfigs(Map.of(resource(topic), List.of(change))).all().get();
    awaitValue(admin, topic, name, value);
  }

  /** The controller acknowledges a change before the broker tells it. */
  private static void awaitValue(Admin admin, TopicSpec topic, String name, String value)
      throws Exception {
    Await.until(() -> value(admin, topic, name).equals(value));
  }

  private static String value(Admin admin, TopicSpec topic, String name) throws Exception {
    var resource = resource(topic);
    return admin.describeConfigs(List.of(resource)).all().get().get(resource).get(name).value();
  }

  private static ConfigResource resource(TopicSpec topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
  }
}
