package io.streamweir.gateway.batches;

import io.streamweir.gateway.generation.Head;
import io.streamweir.gateway.generation.ReplyFormat;
import io.streamweir.gateway.parameters.RequestParser;
import java.util.function.Function;

/**
 * A route that the lines of a batch can be for: what it reads and how it answers.
 *
 * @param path of the route
 * @param parser of its bodies
 * @param format of its answers
 */
public record BatchEndpoint(
    String path, RequestParser parser, Function<Head, ReplyFormat> format) {}
