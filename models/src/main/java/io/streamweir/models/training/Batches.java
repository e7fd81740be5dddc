package io.streamweir.models.training;

import io.streamweir.models.data.Augmentation;
import io.streamweir.models.data.Corpus;
import io.streamweir.models.data.Utterance;
import io.streamweir.models.tokenizer.BpeTokenizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * An endless supply of batches from a corpus, each utterance varied anew in every epoch; one with
 * an entity comes twice, for copying is harder to learn than the intent. A pool of examples is
 * sorted by length before it is cut, so that little is padding. Not thread-safe.
 */
final class Batches {
  private static final int POOL = 16;

  private final List<Utterance> utterances;
  private final BpeTokenizer tokenizer;
  private final Augmentation augmentation;
  private final Hyperparameters hyper;
  private final Random random;
  private final Deque<Utterance> epoch = new ArrayDeque<>();
  private final Deque<Batch> ready = new ArrayDeque<>();

  Batches(Corpus corpus, BpeTokenizer tokenizer, Hyperparameters hyper, long seed) {
    this.utterances = new ArrayList<>(corpus.utterances());
    corpus.utterances().stream().filter(u -> u.entity().isPresent()).forEach(utterances::add);
    this.tokenizer = tokenizer;
    this.hyper = hyper;
    this.random = new Random(seed);
    this.augmentation = new Augmentation(seed + 1);
  }

  Batch next() {
    if (ready.isEmpty()) {
      fill();
    }
    return ready.remove();
  }

  private void fill() {
    List<Example> pool = new ArrayList<>();
    while (pool.size() < POOL * hyper.batchSize()) {
      pool.add(example());
    }
    pool.sort(Comparator.comparingInt(Example::length));
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < pool.size(); i += hyper.batchSize()) {
      batches.add(Batch.of(pool.subList(i, i + hyper.batchSize()), hyper.promptImportance()));
    }
    Collections.shuffle(batches, random);
    ready.addAll(batches);
  }

  private Example example() {
    if (epoch.isEmpty()) {
      Collections.shuffle(utterances, random);
      epoch.addAll(utterances);
    }
    Utterance varied = augmentation.vary(epoch.remove());
    return Example.of(tokenizer, augmentation.prompt(varied), varied.answer().toJson());
  }
}
