package io.streamweir.inference.operator;

import io.streamweir.flink.OutboundRecord;
import io.streamweir.inference.lanes.SubtaskLanes;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.ReplicaStatus;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Says what a replica owns and how busy it is, for the router to choose by. */
final class StatusReporter {

  private final AvroCodec<ReplicaStatus> codec;
  private final String deployment;
  private final int replica;
  private final SubtaskLanes lanes;
  private final Supplier<Load> load;
  private final Consumer<OutboundRecord> out;
  private final InstantSource clock;
  private long incarnation;

  StatusReporter(
      AvroCodec<ReplicaStatus> codec,
      String deployment,
      int replica,
      SubtaskLanes lanes,
      Supplier<Load> load,
      Consumer<OutboundRecord> out,
      InstantSource clock) {
    this.codec = codec;
    this.deployment = deployment;
    this.replica = replica;
    this.lanes = lanes;
    this.load = load;
    this.out = out;
    this.clock = clock;
  }

  void setIncarnation(long incarnation) {
    this.incarnation = incarnation;
  }

  void report() {
    var now = load.get();
    var status =
        ReplicaStatus.newBuilder()
            .setDeployment(deployment)
            .setReplica(replica)
            .setIncarnation(incarnation)
            .setOnlinePartitions(List.copyOf(lanes.partitions(Lane.ONLINE)))
            .setOfflinePartitions(List.copyOf(lanes.partitions(Lane.OFFLINE)))
            .setOnlineWaiting(now.onlineWaiting())
            .setOfflineWaiting(now.offlineWaiting())
            .setRunning(now.engine().running())
            .setKvBlocksUsed(now.engine().kvBlocksUsed())
            .setKvBlocksTotal(now.engine().kvBlocksTotal())
            .setSteps(now.engine().steps())
            .setGeneratedTokens(now.engine().generatedTokens())
            .setLastStepUs(now.engine().lastStepMicros())
            .setPreemptions(now.engine().preemptions())
            .setComputedTokens(now.engine().work().computedTokens())
            .setReusedTokens(now.engine().work().reusedTokens())
            .setLastStepSequences(now.engine().work().lastSequences())
            .setLastStepTokens(now.engine().work().lastTokens())
            .setLastStepPredictedUs(now.engine().prediction().lastMicros())
            .setReproducible(now.engine().reproducible())
            .setHealthy(now.healthy())
            .setReportedAtMs(clock.millis())
            .build();
    var key = (deployment + "/" + replica).getBytes(StandardCharsets.UTF_8);
    out.accept(OutboundRecord.byKey(Topics.REPLICAS.name(), key, codec.encode(status)));
  }
}
