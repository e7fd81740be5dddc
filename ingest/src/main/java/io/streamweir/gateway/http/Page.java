package io.streamweir.gateway.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.function.Function;

/**
 * A part of a list, as the parameters {@code after} and {@code limit} of a request want it.
 *
 * @param after id of the last one that the client has; null: from the beginning
 * @param limit how many at most
 */
public record Page(String after, int limit) {

  /**
   * @throws ApiException if a parameter is none
   */
  public static Page of(HttpServerRequest request, int defaultLimit, int most) {
    var limit = Query.parameter(request, "limit");
    return new Page(
        Query.parameter(request, "after"), limit == null ? defaultLimit : limit(limit, most));
  }

  /**
   * The page as a list object.
   *
   * @param all in the order that the client wants
   * @throws ApiException if {@code after} is none of them
   */
  public <T> ObjectNode cut(List<T> all, Function<T, ObjectNode> json) {
    var objects = all.stream().map(json).toList();
    var ids = objects.stream().map(one -> one.path("id").asText()).toList();
    var from = after == null ? 0 : ids.indexOf(after) + 1;
    if (after != null && from == 0) {
      throw new ApiException(
          ApiError.invalid("after", "'after' is '" + after + "', which is none of the list."));
    }
    var to = Math.min(all.size(), from + limit);
    var list = JsonNodeFactory.instance.objectNode().put("object", "list");
    list.putArray("data").addAll(objects.subList(from, to));
    return list.put("first_id", from == to ? null : ids.get(from))
        .put("last_id", from == to ? null : ids.get(to - 1))
        .put("has_more", to < all.size());
  }

  private static int limit(String text, int most) {
    try {
      var limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= most) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number that is out of bounds.
    }
    throw new ApiException(
        ApiError.invalid(
            "limit", "'limit' is '" + text + "', but must be a number from 1 to " + most + "."));
  }
}
