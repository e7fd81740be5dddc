package io.streamweir.gateway.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the handler of a method and path. Filled once, then only read. */
public final class Routes implements Handler<HttpServerRequest> {

  private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

  private final Map<String, Map<HttpMethod, Handler<HttpServerRequest>>> exact = new HashMap<>();
  private final Map<Variable, Map<HttpMethod, Handler<HttpServerRequest>>> variable =
      new TreeMap<>(
          Comparator.comparing(Variable::suffix).reversed().thenComparing(Variable::prefix));
  private final BiConsumer<HttpServerRequest, ApiError> refuse;

  /** A path with something between two texts; one that demands more behind it comes first. */
  private record Variable(String prefix, String suffix) {

    boolean matches(String path) {
      return path.length() >= prefix.length() + suffix.length()
          && path.startsWith(prefix)
          && path.endsWith(suffix);
    }
  }

  /**
   * @param refuse answers what has no route
   */
  public Routes(BiConsumer<HttpServerRequest, ApiError> refuse) {
    this.refuse = refuse;
  }

  public Routes on(HttpMethod method, String path, Handler<HttpServerRequest> handler) {
    exact.computeIfAbsent(path, key -> new HashMap<>()).put(method, handler);
    return this;
  }

  /** The path under which a request's route is documented; {@code other} if it has none. */
  public String documented(HttpServerRequest request) {
    var path = request.path();
    return exact.containsKey(path)
        ? path
        : variable.keySet().stream()
            .filter(one -> one.matches(path))
            .findFirst()
            .map(one -> one.suffix.isEmpty() ? one.prefix : one.prefix + "*" + one.suffix)
            .orElse("other");
  }

  /** Every path that begins with a prefix and ends with a suffix. */
  public Routes between(
      HttpMethod method, String prefix, String suffix, Handler<HttpServerRequest> handler) {
    variable
        .computeIfAbsent(new Variable(prefix, suffix), key -> new HashMap<>())
        .put(method, handler);
    return this;
  }

  @Override
  public void handle(HttpServerRequest request) {
    try {
      find(request).handle(request);
    } catch (ApiException e) {
      refuse.accept(request, e.error());
    } catch (RuntimeException e) {
      LOG.error("{} {} failed", request.method(), request.path(), e);
      refuse.accept(
          request,
          ApiError.of(
              500, "internal_error", "The server failed on this request; its log has the cause."));
    }
  }

  private Handler<HttpServerRequest> find(HttpServerRequest request) {
    var path = request.path();
    var methods = exact.containsKey(path) ? exact.get(path) : methodsBelow(request);
    var handler = methods.get(request.method());
    if (handler == null) {
      var allowed =
          methods.keySet().stream()
              .map(HttpMethod::name)
              .sorted()
              .collect(Collectors.joining(", "));
      request.response().putHeader("Allow", allowed);
      throw new ApiException(
          ApiError.of(
              405,
              "method_not_allowed",
              path + " answers to " + allowed + ", not to " + request.method() + "."));
    }
    return handler;
  }

  private Map<HttpMethod, Handler<HttpServerRequest>> methodsBelow(HttpServerRequest request) {
    return variable.entrySet().stream()
        .filter(route -> route.getKey().matches(request.path()))
        .findFirst()
        .map(Map.Entry::getValue)
        .orElseThrow(() -> new ApiException(notFound(request)));
  }

  private static ApiError notFound(HttpServerRequest request) {
    return ApiError.of(
        404, "not_found", "There is no " + request.method() + " " + request.path() + " here.");
  }
}
