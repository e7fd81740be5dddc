package io.streamweir.text.output;

/**
 * The marks that models write around reasoning and tool calls, one spelling for all who read them
 * ({@link OutputParser}), enforce them (the grammars of answers) or recognise a model by them.
 */
public final class Markers {

  /** Hermes, Qwen, GLM. */
  public static final String TOOL_CALL = "<tool_call>";

  public static final String TOOL_CALL_END = "</tool_call>";

  /** Before a name, in Qwen3-Coder's form; {@link #TAG_END} follows it. */
  public static final String FUNCTION = "<function=";

  public static final String FUNCTION_END = "</function>";

  /** Before a key, in Qwen3-Coder's form; {@link #TAG_END} follows it. */
  public static final String PARAMETER = "<parameter=";

  public static final String PARAMETER_END = "</parameter>";
  public static final String TAG_END = ">";

  /** GLM. */
  public static final String ARG_KEY = "<arg_key>";

  public static final String ARG_KEY_END = "</arg_key>";
  public static final String ARG_VALUE = "<arg_value>";
  public static final String ARG_VALUE_END = "</arg_value>";

  /** Llama 3. */
  public static final String PYTHON_TAG = "<|python_tag|>";

  /** Mistral. */
  public static final String TOOL_CALLS = "[TOOL_CALLS]";

  public static final String CALL_ID = "[CALL_ID]";
  public static final String ARGS = "[ARGS]";

  /** DeepSeek: around all calls, around each, and between its parts. */
  public static final String DEEPSEEK_CALLS = "<｜tool▁calls▁begin｜>";

  public static final String DEEPSEEK_CALLS_END = "<｜tool▁calls▁end｜>";
  public static final String DEEPSEEK_CALL = "<｜tool▁call▁begin｜>";
  public static final String DEEPSEEK_CALL_END = "<｜tool▁call▁end｜>";
  public static final String DEEPSEEK_SEPARATOR = "<｜tool▁sep｜>";

  /** gpt-oss. */
  public static final String HARMONY_START = "<|start|>";

  public static final String HARMONY_CHANNEL = "<|channel|>";
  public static final String HARMONY_CONSTRAIN = "<|constrain|>";
  public static final String HARMONY_MESSAGE = "<|message|>";
  public static final String HARMONY_END = "<|end|>";
  public static final String HARMONY_CALL = "<|call|>";
  public static final String HARMONY_RETURN = "<|return|>";

  private Markers() {}
}
