package io.streamweir.inference.journal;

import io.streamweir.schemas.RequestKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What a {@link TokenJournal} must know.
 *
 * @param dispatchTopics of the deployment, one a lane
 * @param follows whether there may have been a predecessor
 * @param readFrom from the checkpoint: offsets by partition of the tokens topic; empty if there was
 *     no checkpoint
 * @param knownIncarnation the highest in the restored state; 0 if there is none
 * @param finished whether the state knows that a request has ended
 * @param clockSkew by how much clocks of machines may differ
 */
public record JournalOptions(
    String bootstrapServers,
    String clientId,
    String deployment,
    List<String> dispatchTopics,
    boolean follows,
    Map<Integer, Long> readFrom,
    long knownIncarnation,
    Predicate<RequestKey> finished,
    Duration clockSkew) {}
