package io.streamweir.router.routing;

import io.streamweir.router.source.DecodingFunction;
import io.streamweir.router.source.SourceRecord;
import io.streamweir.schemas.Deployment;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.UndecodableRecordException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decodes the topic of deployments. A record that is none changes nothing. */
public final class CatalogueFunction extends DecodingFunction<Deployment, CatalogueChange> {

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(CatalogueFunction.class);

  /**
   * @param patience the timeout of the operator, for its message
   */
  public CatalogueFunction(String registryUrl, Duration patience) {
    super(registryUrl, patience, Topics.DEPLOYMENTS.subject(), Deployment.class);
  }

  @Override
  protected List<CatalogueChange> decode(SourceRecord record, AvroCodec<Deployment> codec) {
    if (record.value == null) {
      return record.key == null
          ? List.of()
          : List.of(new CatalogueChange(new String(record.key, StandardCharsets.UTF_8), null));
    }
    var deployment = codec.decode(record.value);
    return List.of(
        new CatalogueChange(
            deployment.getName(), isOwnSchema(record) ? record.value : codec.encode(deployment)));
  }

  @Override
  protected List<CatalogueChange> undecodable(
      SourceRecord record, UndecodableRecordException reason) {
    LOG.warn("Catalogue record {} is ignored: {}", record, reason.getMessage());
    return List.of();
  }
}
