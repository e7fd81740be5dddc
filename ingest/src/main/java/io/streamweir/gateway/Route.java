package io.streamweir.gateway;

import io.vertx.core.http.HttpMethod;

/** The routes beside those on which tokens are generated ({@link Protocol}). */
enum Route {
  MODELS(HttpMethod.GET, "/v1/models", "the models that are served, aliases included"),
  MODEL(HttpMethod.GET, "/v1/models/{model}", "one model"),
  EMBEDDINGS(HttpMethod.POST, "/v1/embeddings", "404: no engine makes embeddings yet"),
  RERANK(HttpMethod.POST, "/v1/rerank", "404: no engine ranks documents yet"),
  STREAM(
      HttpMethod.GET,
      "/v1/streams/{request_id}",
      "what has become of a request; with `Accept: text/event-stream` its stream from the start, or"
          + " from `Last-Event-ID`"),
  CANCEL(HttpMethod.DELETE, "/v1/streams/{request_id}", "cancels a request"),
  PAGE(HttpMethod.GET, "/", "a page to try the running models"),
  UPLOAD_FILE(
      HttpMethod.POST,
      "/v1/files",
      "uploads a file, as a form with `file`, `purpose` (`batch`) and, if wanted,"
          + " `expires_after[anchor]` and `expires_after[seconds]`"),
  FILES(
      HttpMethod.GET,
      "/v1/files",
      "the files of the tenant; `purpose`, `order`, `after` and `limit` choose"),
  FILE(HttpMethod.GET, "/v1/files/{file_id}", "what is known of a file"),
  DELETE_FILE(HttpMethod.DELETE, "/v1/files/{file_id}", "deletes a file"),
  FILE_CONTENT(HttpMethod.GET, "/v1/files/{file_id}/content", "what is in a file"),
  CREATE_BATCH(
      HttpMethod.POST,
      "/v1/batches",
      "runs every line of a file as a request on the offline lane; `input_file_id`, `endpoint`,"
          + " `completion_window`, `metadata`, `output_expires_after`; with an `Idempotency-Key` a"
          + " second one returns the batch of the first, and another order under it is refused with"
          + " 422"),
  BATCHES(HttpMethod.GET, "/v1/batches", "the batches of the tenant; `after` and `limit` choose"),
  BATCH(HttpMethod.GET, "/v1/batches/{batch_id}", "how a batch stands"),
  CANCEL_BATCH(
      HttpMethod.POST, "/v1/batches/{batch_id}/cancel", "ends what has not ended of a batch"),
  LIVE(HttpMethod.GET, "/livez", "200 while the process serves"),
  READY(HttpMethod.GET, "/readyz", "200 if a request would succeed, else 503 and why"),
  HEALTH(HttpMethod.GET, "/healthz", "the same as /readyz"),
  METRICS(HttpMethod.GET, "/metrics", "counters and latencies in the text format of Prometheus"),
  STATS(HttpMethod.GET, "/stats", "what the gateway adds to the latency, as JSON"),
  RESET_STATS(HttpMethod.DELETE, "/stats", "forgets the latencies"),
  DESCRIPTION(HttpMethod.GET, "/openapi.json", "this API in OpenAPI 3.1");

  private final HttpMethod method;
  private final String path;
  private final String summary;

  Route(HttpMethod method, String path, String summary) {
    this.method = method;
    this.path = path;
    this.summary = summary;
  }

  HttpMethod method() {
    return method;
  }

  /** With a variable in braces, if it has one. */
  String path() {
    return path;
  }

  boolean hasVariable() {
    return path.contains("{");
  }

  /** What stands before the variable. */
  String prefix() {
    return hasVariable() ? path.substring(0, path.indexOf('{')) : path;
  }

  /** What stands behind the variable. */
  String suffix() {
    return path.substring(path.indexOf('}') + 1);
  }

  String summary() {
    return summary;
  }
}
