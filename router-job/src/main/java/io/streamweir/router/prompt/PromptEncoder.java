package io.streamweir.router.prompt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.router.outcome.ErrorCode;
import io.streamweir.router.outcome.Outcomes;
import io.streamweir.router.outcome.Rejection;
import io.streamweir.router.routing.Routed;
import io.streamweir.schemas.DispatchedRequest;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResolvedSampling;
import io.streamweir.text.Message;
import io.streamweir.text.ModelText;
import io.streamweir.text.PromptTooLongException;
import io.streamweir.text.grammar.ConstraintException;
import io.streamweir.text.template.TemplateException;
import io.streamweir.text.tokenizer.InvalidTextException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Turns text into token ids, and holds them against the context of the model. Pure. */
final class PromptEncoder {

  private static final ObjectMapper JSON = new ObjectMapper();

  private PromptEncoder() {}

  /** What goes to the deployment, or why nothing does. */
  static Prepared prepare(InferenceRequest request, Routed routed, ModelText text) {
    if (request.getPrompt() == null && !text.hasChatTemplate()) {
      return refused(
          ErrorCode.INVALID_REQUEST,
          "messages are given, but the model has no chat template. Send a prompt instead.");
    }
    AnswerPlan plan;
    try {
      plan = new AnswerPlan(request, text);
    } catch (InvalidTextException e) {
      return refused(ErrorCode.INVALID_REQUEST, e.getMessage());
    }
    try {
      var ids = encode(request, plan, text);
      if (request.getCountOnly()) {
        return new Prepared.Counted(ids.length);
      }
      var context = contextLength(routed, text);
      var refusal = check(request, ids.length, context);
      return refusal == null
          ? new Prepared.Ready(dispatch(request, routed, ids, context, plan, text))
          : new Prepared.Refused(refusal);
    } catch (ConstraintException e) {
      return refused(
          ErrorCode.INVALID_REQUEST,
          "The answer cannot be held to what is asked. " + e.getMessage());
    } catch (PromptTooLongException e) {
      return refused(ErrorCode.CONTEXT_LENGTH_EXCEEDED, e.getMessage());
    } catch (InvalidTextException e) {
      return refused(ErrorCode.INVALID_TEXT, e.getMessage());
    } catch (TemplateException e) {
      return refused(
          ErrorCode.INVALID_REQUEST,
          e.refusal()
              ? "The model's chat template refuses messages: " + e.getMessage()
              : "The model's chat template cannot render messages: " + e.getMessage());
    }
  }

  private static int[] encode(InferenceRequest request, AnswerPlan plan, ModelText text) {
    if (request.getPrompt() != null) {
      return text.encodePrompt(request.getPrompt());
    }
    var messages =
        request.getMessages().stream()
            .map(
                message ->
                    new Message(
                        message.getRole(),
                        message.getContent(),
                        message.getName(),
                        message.getToolCalls(),
                        message.getToolCallId()))
            .toList();
    var variables = templateVariables(request);
    variables.putAll(plan.templateVariables());
    return text.encodeChat(messages, variables);
  }

  private static Map<String, Object> templateVariables(InferenceRequest request) {
    var variables = new HashMap<String, Object>();
    request
        .getChatTemplateKwargs()
        .forEach(
            (name, json) -> {
              try {
                variables.put(name, JSON.readValue(json, Object.class));
              } catch (JsonProcessingException e) {
                throw new IllegalStateException("Admission lets no such JSON through", e);
              }
            });
    return variables;
  }

  private static int contextLength(Routed routed, ModelText text) {
    var trained = text.maxPositionEmbeddings();
    return trained > 0 ? Math.min(trained, routed.maxModelLen) : routed.maxModelLen;
  }

  private static Rejection check(InferenceRequest request, int promptTokens, int context) {
    if (promptTokens == 0) {
      return new Rejection(ErrorCode.PROMPT_EMPTY, "The prompt has no token.");
    }
    if (promptTokens >= context) {
      return new Rejection(
          ErrorCode.CONTEXT_LENGTH_EXCEEDED,
          "The prompt has "
              + promptTokens
              + " tokens, but the context of the model, prompt and completion together, is "
              + context
              + " tokens. Shorten the prompt.");
    }
    var minTokens = request.getSampling().getMinTokens();
    if (minTokens != null && (long) promptTokens + minTokens > context) {
      return tooLong("min_tokens", promptTokens, minTokens, context);
    }
    var maxTokens = request.getSampling().getMaxTokens();
    if (maxTokens != null && (long) promptTokens + maxTokens > context) {
      return tooLong("max_tokens", promptTokens, maxTokens, context);
    }
    return null;
  }

  private static Rejection tooLong(String parameter, int promptTokens, int asked, int context) {
    return new Rejection(
        ErrorCode.CONTEXT_LENGTH_EXCEEDED,
        "The prompt has "
            + promptTokens
            + " tokens and "
            + parameter
            + " is "
            + asked
            + ", but the context of the model, prompt and completion together, is "
            + context
            + " tokens. Shorten the prompt, or ask for at most "
            + (context - promptTokens)
            + " tokens.");
  }

  private static DispatchedRequest dispatch(
      InferenceRequest request,
      Routed routed,
      int[] ids,
      int context,
      AnswerPlan plan,
      ModelText text) {
    return DispatchedRequest.newBuilder()
        .setRequestId(request.getRequestId())
        .setTenant(request.getTenant())
        .setModel(request.getModel())
        .setDeployment(routed.deployment)
        .setLane(Outcomes.lane(request))
        .setPromptTokenIds(Arrays.stream(ids).boxed().toList())
        .setSampling(resolve(request, context - ids.length, plan.responseFormat(ids), text))
        .setReading(plan.reading())
        .setPriority(request.getPriority())
        .setTtftSloMs(request.getTtftSloMs())
        .setTpotSloMs(request.getTpotSloMs())
        .setTtltSloMs(request.getTtltSloMs())
        .setDeadlineMs(request.getDeadlineMs())
        .setCreatedAtMs(request.getCreatedAtMs())
        .setAcceptedAtMs(routed.acceptedAtMs)
        .setReplyPartition(routed.replyPartition)
        .setMetadata(request.getMetadata())
        .setApiKey(request.getApiKey())
        .setTenantWeight(routed.tenantWeight)
        .build();
  }

  private static ResolvedSampling resolve(
      InferenceRequest request, int room, String responseFormat, ModelText text) {
    var sampling = request.getSampling();
    var defaults = text.generationDefaults();
    var key = new RequestKey(request.getTenant(), request.getRequestId());
    return ResolvedSampling.newBuilder()
        .setMaxTokens(orElse(sampling.getMaxTokens(), room))
        .setTemperature(orElse(sampling.getTemperature(), defaults.temperature()))
        .setTopP(orElse(sampling.getTopP(), defaults.topP()))
        .setTopK(orElse(sampling.getTopK(), defaults.topK()))
        .setSeed(sampling.getSeed() == null ? Seeds.of(key) : sampling.getSeed())
        .setStop(sampling.getStop())
        .setStopTokenIds(sampling.getStopTokenIds())
        .setIgnoreEos(sampling.getIgnoreEos())
        .setPresencePenalty(orElse(sampling.getPresencePenalty(), 0.0))
        .setFrequencyPenalty(orElse(sampling.getFrequencyPenalty(), 0.0))
        .setRepetitionPenalty(orElse(sampling.getRepetitionPenalty(), 1.0))
        .setMinP(orElse(sampling.getMinP(), 0.0))
        .setMinTokens(orElse(sampling.getMinTokens(), 0))
        .setLogitBias(sampling.getLogitBias())
        .setTopLogprobs(orElse(sampling.getTopLogprobs(), -1))
        .setResponseFormat(responseFormat)
        .build();
  }

  private static <V> V orElse(V given, V otherwise) {
    return given == null ? otherwise : given;
  }

  private static Prepared refused(ErrorCode code, String message) {
    return new Prepared.Refused(new Rejection(code, message));
  }
}
