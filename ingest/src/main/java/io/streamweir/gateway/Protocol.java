package io.streamweir.gateway;

import io.streamweir.gateway.anthropic.AnthropicErrors;
import io.streamweir.gateway.anthropic.AnthropicFormat;
import io.streamweir.gateway.anthropic.MessagesParameters;
import io.streamweir.gateway.generation.Head;
import io.streamweir.gateway.generation.ReplyFormat;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.openai.ChatParameters;
import io.streamweir.gateway.openai.CompletionParameters;
import io.streamweir.gateway.openai.OpenAiErrors;
import io.streamweir.gateway.openai.OpenAiFormat;
import io.streamweir.gateway.parameters.ParameterTable;
import io.streamweir.gateway.parameters.RequestParser;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** The ways of asking for tokens, each with its route, its parameters and its form of answer. */
enum Protocol {
  CHAT("chat", "/v1/chat/completions", "OpenAI chat completions", ChatParameters.TABLE) {
    @Override
    RequestParser parser(InstantSource clock) {
      return ChatParameters.parser(clock);
    }

    @Override
    ReplyFormat format(Head head) {
      return OpenAiFormat.chat(head);
    }
  },

  COMPLETIONS("text", "/v1/completions", "OpenAI completions", CompletionParameters.TABLE) {
    @Override
    RequestParser parser(InstantSource clock) {
      return CompletionParameters.parser(clock);
    }

    @Override
    ReplyFormat format(Head head) {
      return OpenAiFormat.completions(head);
    }
  },

  MESSAGES("messages", "/v1/messages", "Anthropic messages", MessagesParameters.TABLE) {
    private static final String VERSION_HEADER = "anthropic-version";
    private static final String OLDEST = "2023-06-01";
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

    @Override
    RequestParser parser(InstantSource clock) {
      return MessagesParameters.parser(clock);
    }

    @Override
    ReplyFormat format(Head head) {
      return new AnthropicFormat(head);
    }

    @Override
    void refuse(HttpServerRequest request, ApiError error) {
      AnthropicErrors.answer(request, error);
    }

    /** What clients of later versions ask for is answered in the same form. */
    @Override
    void check(HttpServerRequest request) {
      var version = request.getHeader(VERSION_HEADER);
      if (version == null || !DATE.matcher(version).matches() || version.compareTo(OLDEST) < 0) {
        throw new ApiException(
            ApiError.invalid(
                VERSION_HEADER,
                "Header "
                    + VERSION_HEADER
                    + " is "
                    + (version == null ? "missing" : "'" + version + "'")
                    + ", but must be a date, "
                    + OLDEST
                    + " or later."));
      }
    }
  };

  private final String key;
  private final String path;
  private final String summary;
  private final ParameterTable table;

  Protocol(String key, String path, String summary, ParameterTable table) {
    this.key = key;
    this.path = path;
    this.summary = summary;
    this.table = table;
  }

  /** Names it in request ids and in the register; its first letter is its own. */
  String key() {
    return key;
  }

  String path() {
    return path;
  }

  String summary() {
    return summary;
  }

  ParameterTable table() {
    return table;
  }

  abstract RequestParser parser(InstantSource clock);

  abstract ReplyFormat format(Head head);

  void refuse(HttpServerRequest request, ApiError error) {
    OpenAiErrors.answer(request, error);
  }

  /**
   * @throws ApiException if the headers are not what the protocol wants
   */
  void check(HttpServerRequest request) {}

  static Optional<Protocol> of(String key) {
    return Arrays.stream(values()).filter(one -> one.key.equals(key)).findFirst();
  }

  static Optional<Protocol> of(char firstLetter) {
    return Arrays.stream(values()).filter(one -> one.key.charAt(0) == firstLetter).findFirst();
  }

  /** Answers with an error in the form that the clients of a path understand. */
  static void refuseByPath(HttpServerRequest request, ApiError error) {
    Arrays.stream(values())
        .filter(one -> request.path().equals(one.path))
        .findFirst()
        .orElse(CHAT)
        .refuse(request, error);
  }
}
