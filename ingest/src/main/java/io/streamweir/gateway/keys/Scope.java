package io.streamweir.gateway.keys;

/** What a key may be used for. */
public enum Scope {
  /** To have tokens generated. */
  GENERATE,
  /** To read and cancel the streams of its tenant. */
  STREAMS,
  /** To list models. */
  MODELS,
  /** To upload, read and delete the files of its tenant, and to run and cancel its batches. */
  BATCHES
}
