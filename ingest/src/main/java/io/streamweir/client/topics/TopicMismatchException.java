package io.streamweir.client.topics;

/** A topic exists, made by someone else, and cannot serve. Change it, or delete it. */
public final class TopicMismatchException extends RuntimeException {

  public TopicMismatchException(String topic, String property, String actual, String needed) {
    super(
        "Topic "
            + topic
            + " exists with "
            + property
            + " "
            + actual
            + ", but needs "
            + needed
            + ". Change it, or delete the topic and have it created anew.");
  }
}
