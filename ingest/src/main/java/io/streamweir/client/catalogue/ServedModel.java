package io.streamweir.client.catalogue;

import java.time.Instant;

/**
 * A name that requests may ask for.
 *
 * @param name model or alias
 * @param model what the alias stands for; the name itself if it is none
 * @param maxModelLen longest prompt plus completion of any deployment that serves it, tokens
 * @param since when the newest of these deployments changed last
 */
public record ServedModel(String name, String model, int maxModelLen, Instant since) {

  static ServedModel merge(ServedModel a, ServedModel b) {
    return new ServedModel(
        a.name,
        a.model,
        Math.max(a.maxModelLen, b.maxModelLen),
        a.since.isAfter(b.since) ? a.since : b.since);
  }
}
