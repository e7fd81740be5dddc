package io.streamweir.inference.lanes;

import io.streamweir.schemas.Lane;
import io.streamweir.schemas.Topics;
import java.io.Serializable;

/**
 * What the source reads and how much it reads ahead. Per lane a subtask holds at most about four
 * times {@code maxPollRecords} and the fetch buffer of its consumer while the gate is closed.
 *
 * @param bootstrapServers of the Kafka cluster
 * @param deployment names the dispatch topics and the consumer group
 * @param maxPollRecords most records in one batch of a consumer
 * @param partitionFetchBytes most bytes fetched of one partition at once; a larger record still
 *     comes
 * @param fetchBytes most bytes fetched at once
 */
public record LaneOptions(
    String bootstrapServers,
    String deployment,
    int maxPollRecords,
    int partitionFetchBytes,
    int fetchBytes)
    implements Serializable {

  String topic(Lane lane) {
    return Topics.dispatchName(deployment, lane);
  }

  String group() {
    return "weir-inference-" + deployment;
  }
}
