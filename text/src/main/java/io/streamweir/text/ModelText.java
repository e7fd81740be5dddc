package io.streamweir.text;

import static java.util.Objects.requireNonNull;

import io.streamweir.text.output.OutputSyntax;
import io.streamweir.text.output.ThinkingSwitch;
import io.streamweir.text.template.ChatTemplate;
import io.streamweir.text.template.RenderedText;
import io.streamweir.text.template.TemplateException;
import io.streamweir.text.template.TemplateLimits;
import io.streamweir.text.template.TrustedText;
import io.streamweir.text.tokenizer.HfTokenizer;
import io.streamweir.text.tokenizer.InvalidTextException;
import io.streamweir.text.tokenizer.ModelFilesException;
import io.streamweir.text.tokenizer.Vocabulary;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The text side of one model: from messages or a prompt to token ids, and what its files say about
 * lengths, stopping and sampling. No weights are read.
 *
 * <p>Thread-safe. Close it when no request for the model can come any more.
 */
public final class ModelText implements AutoCloseable {
  private final HfTokenizer tokenizer;
  private final Optional<ChatTemplate> chatTemplate;
  private final Map<String, TrustedText> specialTokens;
  private final int maxPositionEmbeddings;
  private final GenerationDefaults generationDefaults;
  private final MessageForm messageForm;
  private final BoundedEncoder encoder;
  private final OutputSyntax outputSyntax;
  private final ThinkingSwitch thinkingSwitch;
  private final boolean rendersTools;

  private ModelText(ModelFiles files, HfTokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.chatTemplate =
        files.chatTemplate().map(source -> ChatTemplate.parse(source, TemplateLimits.DEFAULT));
    this.specialTokens = new LinkedHashMap<>();
    files.specialTokens().forEach((name, text) -> specialTokens.put(name, new TrustedText(text)));
    this.messageForm = chatTemplate.map(this::messageForm).orElse(MessageForm.USUAL);
    this.maxPositionEmbeddings = files.maxPositionEmbeddings();
    this.generationDefaults = GenerationDefaults.of(files.generationConfig());
    this.encoder = new BoundedEncoder(maxPositionEmbeddings);
    this.outputSyntax = outputSyntax(files, tokenizer.vocabulary());
    this.thinkingSwitch = ThinkingSwitch.of(files.chatTemplate().orElse(""));
    this.rendersTools = files.chatTemplate().filter(source -> source.contains("tools")).isPresent();
  }

  /**
   * Reads a model directory in the Hugging Face layout: config.json, tokenizer.json and, where
   * there are any, tokenizer_config.json, chat_template.jinja and generation_config.json.
   *
   * @throws ModelFilesException if a file is missing, broken or of an unsupported kind
   * @throws TemplateException if the chat template cannot be parsed
   */
  public static ModelText load(Path modelDirectory) {
    ModelFiles files = ModelFiles.read(requireNonNull(modelDirectory, "modelDirectory is null"));
    HfTokenizer tokenizer = HfTokenizer.load(modelDirectory);
    try {
      return new ModelText(files, tokenizer);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /**
   * How a model writes reasoning and tool calls, from its files alone: for an engine, which needs
   * no tokenizer.
   *
   * @param vocabulary the model's
   * @throws ModelFilesException if a file is missing or broken
   */
  public static OutputSyntax readOutputSyntax(Path modelDirectory, Vocabulary vocabulary) {
    return outputSyntax(ModelFiles.read(modelDirectory), vocabulary);
  }

  /**
   * The token that ends a text by {@code tokenizer_config.json}; some models have their end token
   * nowhere else.
   *
   * @param vocabulary the model's
   * @throws ModelFilesException if a file is missing or broken
   */
  public static OptionalInt readEndToken(Path modelDirectory, Vocabulary vocabulary) {
    String token = ModelFiles.read(modelDirectory).specialTokens().get("eos_token");
    return token == null ? OptionalInt.empty() : vocabulary.idOf(token);
  }

  private static OutputSyntax outputSyntax(ModelFiles files, Vocabulary vocabulary) {
    return OutputSyntax.find(files.chatTemplate(), vocabulary, files.modelType());
  }

  private MessageForm messageForm(ChatTemplate template) {
    return MessageForm.find(
        (messages, extra, form) -> template.renderMarked(variables(messages, extra, form)).text());
  }

  public HfTokenizer tokenizer() {
    return tokenizer;
  }

  /**
   * The prompt of a conversation, up to where the model's answer begins.
   *
   * <p>Control tokens are only what the template wrote: a message that spells {@code <|im_end|>}
   * gives the model these ten characters.
   *
   * @param extra further variables for the template, such as {@code tools} or {@code
   *     enable_thinking}; maps, lists, strings, numbers, booleans and null
   * @throws InvalidTextException if a message cannot be written as UTF-8, tool calls are no JSON,
   *     or the model has no chat template
   * @throws PromptTooLongException if the prompt does not fit the model
   * @throws TemplateException if the template refuses or cannot render the conversation
   */
  public int[] encodeChat(List<Message> messages, Map<String, Object> extra) {
    ChatTemplate template =
        chatTemplate.orElseThrow(
            () ->
                new InvalidTextException(
                    "The model has no chat template; send a prompt instead of messages."));
    RenderedText rendered = template.renderMarked(variables(messages, extra, messageForm));
    return encoder.encode(
        rendered.text(), text -> tokenizer.encode(text, rendered.provenance()::writtenByTemplate));
  }

  private Map<String, Object> variables(
      List<Message> messages, Map<String, Object> extra, MessageForm form) {
    Map<String, Object> variables = new LinkedHashMap<>();
    // Absent is None for these two: templates ask whether they are none, not whether defined.
    variables.put("tools", null);
    variables.put("documents", null);
    variables.putAll(extra);
    variables.putAll(specialTokens);
    variables.put("messages", MessageVariables.of(messages, form));
    variables.put("add_generation_prompt", true);
    return variables;
  }

  /**
   * A prompt that the caller has written as a whole: control tokens spelled in it count, and what
   * the model expects around a text is added.
   *
   * @throws InvalidTextException if the prompt cannot be written as UTF-8
   * @throws PromptTooLongException if it does not fit the model
   */
  public int[] encodePrompt(String prompt) {
    return encoder.encode(prompt, tokenizer::encodePlainPrompt);
  }

  /** Whether {@link #encodeChat} is possible. */
  public boolean hasChatTemplate() {
    return chatTemplate.isPresent();
  }

  /** The most tokens a sequence can have, prompt and answer together. */
  public int maxPositionEmbeddings() {
    return maxPositionEmbeddings;
  }

  /** How the model writes reasoning and tool calls. */
  public OutputSyntax outputSyntax() {
    return outputSyntax;
  }

  /** How the chat template is told whether the model should think. */
  public ThinkingSwitch thinkingSwitch() {
    return thinkingSwitch;
  }

  /** Whether the chat template tells the model which tools there are. */
  public boolean rendersTools() {
    return rendersTools;
  }

  public GenerationDefaults generationDefaults() {
    return generationDefaults;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
