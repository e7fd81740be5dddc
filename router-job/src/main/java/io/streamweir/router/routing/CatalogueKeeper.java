package io.streamweir.router.routing;

import io.streamweir.router.prompt.TextPrefetch;
import io.streamweir.router.source.SourceRecord;
import io.streamweir.schemas.Deployment;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.UndecodableRecordException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.api.common.state.BroadcastState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps in step what is known of a deployment in three places: the broadcast state, the view that
 * is asked for every request, and the tokenizers that are held ready.
 *
 * <p>Tasks see changes in different order, so only a newer version counts. One thread.
 */
final class CatalogueKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(CatalogueKeeper.class);

  private final BroadcastState<String, byte[]> state;
  private final AvroCodec<Deployment> codec;
  private final TextPrefetch texts;
  private final Catalogue catalogue = new Catalogue();

  CatalogueKeeper(
      BroadcastState<String, byte[]> state, AvroCodec<Deployment> codec, TextPrefetch texts) {
    this.state = state;
    this.codec = codec;
    this.texts = texts;
  }

  Catalogue catalogue() {
    return catalogue;
  }

  /** Makes the topic's content the truth: what the state remembers may be out of date. */
  void reset(List<SourceRecord> topic) throws Exception {
    state.clear();
    for (var record : topic) {
      if (record.value != null) {
        put(record);
      } else if (record.key != null) {
        remove(new String(record.key, StandardCharsets.UTF_8));
      }
    }
    LOG.info("The catalogue holds {}", catalogue.names());
  }

  void apply(CatalogueChange change) throws Exception {
    if (change.deployment == null) {
      remove(change.name);
    } else {
      put(codec.decode(change.deployment));
    }
  }

  private void put(SourceRecord record) throws Exception {
    try {
      put(codec.decode(record.value));
    } catch (UndecodableRecordException e) {
      LOG.warn("Catalogue record {} is ignored: {}", record, e.getMessage());
    }
  }

  private void put(Deployment deployment) throws Exception {
    if (!catalogue.put(deployment)) {
      return;
    }
    LOG.info(
        "Deployment {} of model {} is {} (version {})",
        deployment.getName(),
        deployment.getModel(),
        deployment.getState(),
        deployment.getVersion());
    state.put(deployment.getName(), codec.encode(deployment));
    if (Catalogue.serves(deployment)) {
      texts.hold(deployment.getName(), deployment.getModelPath());
    } else {
      texts.release(deployment.getName());
    }
  }

  private void remove(String name) throws Exception {
    LOG.info("Deployment {} is gone", name);
    state.remove(name);
    catalogue.remove(name);
    texts.release(name);
  }
}
