package io.streamweir.gateway;

import io.streamweir.gateway.anthropic.AnthropicErrors;
import io.streamweir.gateway.anthropic.AnthropicFormat;
import io.streamweir.gateway.anthropic.AnthropicVersion;
import io.streamweir.gateway.anthropic.CountTokens;
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
import io.streamweir.gateway.responses.ResponsesFormat;
import io.streamweir.gateway.responses.ResponsesParameters;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;

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

  RESPONSES(
      "responses", "/v1/responses", "OpenAI responses, stateless", ResponsesParameters.TABLE) {
    @Override
    RequestParser parser(InstantSource clock) {
      return ResponsesParameters.parser(clock);
    }

    @Override
    ReplyFormat format(Head head) {
      return new ResponsesFormat(head);
    }
  },

  MESSAGES("messages", "/v1/messages", "Anthropic messages", MessagesParameters.TABLE) {
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

    @Override
    void check(HttpServerRequest request) {
      AnthropicVersion.check(request);
    }
  },

  COUNT_TOKENS(
      "input_tokens",
      "/v1/messages/count_tokens",
      "Anthropic: the number of tokens of a prompt",
      CountTokens.TABLE) {
    @Override
    RequestParser parser(InstantSource clock) {
      return CountTokens.parser(clock);
    }

    @Override
    ReplyFormat format(Head head) {
      return new CountTokens(head);
    }

    @Override
    void refuse(HttpServerRequest request, ApiError error) {
      AnthropicErrors.answer(request, error);
    }

    @Override
    void check(HttpServerRequest request) {
      AnthropicVersion.check(request);
    }

    @Override
    boolean countsOnly() {
      return true;
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

  /** Whether only the tokens of the prompt are wanted. */
  boolean countsOnly() {
    return false;
  }

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
