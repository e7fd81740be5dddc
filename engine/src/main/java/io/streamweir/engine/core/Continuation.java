package io.streamweir.engine.core;

import io.streamweir.engine.FinishReason;
import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.TokenLogprobs;
import java.util.List;
import java.util.OptionalInt;

/**
 * Goes on with a sequence whose last token was computed: with the token that is sampled from its
 * logits, then with those that have to follow, whatever the model says. The next step computes all
 * of them together, so forced tokens cost no step of their own. They are the tokens that a step for
 * each would have sampled: the decoder's, or the only one that the mask leaves.
 *
 * <p>Where log-probabilities are wanted every token is sampled, as only a step can tell them.
 *
 * <p>Belongs to the engine's thread.
 */
final class Continuation {
  /** Most tokens after the sampled one, so that decoding makes no long step. */
  static final int MOST_FORCED = 15;

  private final ModelFacts facts;
  private final Sampler sampler;

  /**
   * What a sequence got.
   *
   * @param reason null while it goes on
   * @param logprobs one for each token, or empty
   * @param failure what kept it from going on behind these tokens; present if and only if {@code
   *     reason} is {@link FinishReason#ERROR}
   */
  record Extension(
      int[] tokens,
      String text,
      FinishReason reason,
      List<TokenLogprobs> logprobs,
      RuntimeException failure) {}

  Continuation(ModelFacts facts) {
    this.facts = facts;
    sampler = new Sampler(facts.vocabSize(), facts.endTokenIds());
  }

  /**
   * Extends the sequence by one token at least. What goes wrong behind that one does not take it
   * back: the tokens before count, and the extension tells the failure.
   *
   * @param row of the sequence in the logits
   * @throws Sampler.NumericException if the row has no finite largest logit
   * @throws LogitRow.NoTokenException if what the request asks for leaves no token
   */
  Extension extend(Sequence sequence, StepLogits logits, int row) {
    SamplingParams sampling = sequence.request().sampling();
    OptionalInt forced = sequence.decoder().forced();
    int token = forced.isPresent() ? forced.getAsInt() : sampler.sample(logits, row, sequence);
    List<TokenLogprobs> logprobs =
        sampling.wantsLogprobs()
            ? List.of(sampler.logprobs(logits, row, token, sampling))
            : List.of();
    IntList added = new IntList(1);
    StringBuilder text = new StringBuilder(append(sequence, token, added));
    FinishReason reason;
    RuntimeException failure = null;
    try {
      reason = over(sequence);
      while (reason == null && !sampling.wantsLogprobs() && added.size() <= MOST_FORCED) {
        OptionalInt next = forced(sequence);
        if (next.isEmpty()) {
          break;
        }
        text.append(append(sequence, next.getAsInt(), added));
        reason = over(sequence);
      }
      text.append(reason == null ? "" : heldBack(sequence));
    } catch (RuntimeException e) {
      reason = FinishReason.ERROR;
      failure = e;
    }
    return new Extension(added.toArray(), text.toString(), reason, logprobs, failure);
  }

  /** Ids that the model does not know are left to a step, which says what is wrong. */
  private OptionalInt forced(Sequence sequence) {
    OptionalInt forced = sequence.decoder().forced();
    if (forced.isEmpty() && sequence.mask() != null) {
      forced = sequence.mask().only();
    }
    return forced.isPresent() && forced.getAsInt() < facts.vocabSize()
        ? forced
        : OptionalInt.empty();
  }

  private String append(Sequence sequence, int token, IntList added) {
    sequence.append(token);
    String text =
        ends(sequence.request().sampling(), token) ? "" : sequence.decoder().append(token);
    added.add(token);
    return text;
  }

  /** Why a sequence is over by its tokens, or null. */
  FinishReason over(Sequence sequence) {
    if (sequence.generated() == 0) {
      return null;
    }
    int last = sequence.token(sequence.length() - 1);
    if (sequence.decoder().stopped() || ends(sequence.request().sampling(), last)) {
      return FinishReason.STOP;
    }
    return sequence.isFull() ? FinishReason.LENGTH : null;
  }

  private boolean ends(SamplingParams sampling, int token) {
    return sampling.stopTokenIds().contains(token)
        || (!sampling.ignoreEos() && facts.endTokenIds().contains(token));
  }

  /** The text that a sequence which is over has not released; nothing may be appended then. */
  static String heldBack(Sequence sequence) {
    String last = sequence.decoder().finish();
    return sequence.decoder().stopped() ? "" : last;
  }
}
