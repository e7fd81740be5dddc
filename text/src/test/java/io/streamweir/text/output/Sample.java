package io.streamweir.text.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * An answer in the form of a model family, and what it says.
 *
 * @param prompt the end of the prompt
 * @param expected in the form of {@link Answers#said}
 */
record Sample(String name, OutputSyntax format, String prompt, String text, List<String> expected) {
  static final Tools TOOLS =
      Tools.parse(
          """
          [{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": "integer"},
              "unit": {"enum": ["celsius", "kelvin"]}, "note": {"type": ["string", "null"]},
              "exact": {"type": "boolean"}}}}},
           {"type": "function", "function": {"name": "add", "parameters": {"type": "object",
            "properties": {"xs": {"type": "array"}, "opts": {"type": "object"}}}}}]
          """);

  private static final String CHATML = "<|im_start|>assistant\n";

  private static final OutputSyntax HERMES = format(ToolCallSyntax.HERMES);
  private static final OutputSyntax CODER = format(ToolCallSyntax.QWEN3_CODER);
  private static final OutputSyntax GLM = format(ToolCallSyntax.GLM4);
  private static final OutputSyntax DEEPSEEK = format(ToolCallSyntax.DEEPSEEK);
  private static final OutputSyntax LLAMA =
      new OutputSyntax(ToolCallSyntax.LLAMA3, ThinkingTags.NONE);
  private static final OutputSyntax MISTRAL =
      new OutputSyntax(ToolCallSyntax.MISTRAL, ThinkingTags.BRACKETS);
  private static final OutputSyntax HARMONY =
      new OutputSyntax(ToolCallSyntax.HARMONY, ThinkingTags.NONE);

  OutputParser parser() {
    return format.parser(prompt, TOOLS, "request-1");
  }

  @Override
  public String toString() {
    return name;
  }

  static List<Sample> all() {
    List<Sample> all = new ArrayList<>();
    Stream.of(
            reasoning(),
            limits(),
            hermes(),
            coder(),
            glm(),
            deepSeek(),
            llama(),
            mistral(),
            harmony())
        .forEach(all::addAll);
    return all;
  }

  private static OutputSyntax format(ToolCallSyntax syntax) {
    return new OutputSyntax(syntax, ThinkingTags.THINK);
  }

  private static Sample of(
      String name, OutputSyntax format, String prompt, String text, String... expected) {
    return new Sample(name, format, prompt, text, Arrays.asList(expected));
  }

  private static List<Sample> reasoning() {
    return List.of(
        of(
            "reasoning opened by the model",
            HERMES,
            CHATML,
            "<think>\nHm, 2 < 3.\n\nSo </thin king\n</think>\n\nYes: **2 < 3** 😀\n",
            "thinks: Hm, 2 < 3.\n\nSo </thin king",
            "says: Yes: **2 < 3** 😀\n",
            "ends: 0"),
        of(
            "reasoning opened by the prompt",
            HERMES,
            CHATML + "<think>\n",
            "Hm.\n</think>\n\n  indented",
            "thinks: Hm.",
            "says:   indented",
            "ends: 0"),
        of(
            "reasoning closed by the prompt",
            HERMES,
            CHATML + "<think>\n\n</think>\n\n",
            "No </think> here, nor <think>.",
            "says: No </think> here, nor <think>.",
            "ends: 0"),
        of(
            "reasoning without end",
            HERMES,
            CHATML + "<think>",
            "\n<tool_call> is a thought\n</thi",
            "thinks: <tool_call> is a thought\n</thi",
            "ends: 0"),
        of("empty reasoning", GLM, "<|assistant|>", "\n<think></think>\nHi", "says: Hi", "ends: 0"),
        of(
            "brackets",
            MISTRAL,
            "[/INST]",
            "[THINK]a[1]b[/THINK]c",
            "thinks: a[1]b",
            "says: c",
            "ends: 0"));
  }

  /** As much as is held back for a marker that may follow, and one character more. */
  private static List<Sample> limits() {
    String f = "<tool_call>{\"name\": \"f\"}</tool_call>";
    String longName = "f".repeat(600);
    return List.of(
        of("15 spaces", HERMES, CHATML, " ".repeat(15) + "<think>x", "thinks: x", "ends: 0"),
        of(
            "16 spaces",
            HERMES,
            CHATML,
            " ".repeat(16) + "<think>x",
            "says: " + " ".repeat(16) + "<think>x",
            "ends: 0"),
        of(
            "15 and 16 spaces between calls",
            HERMES,
            CHATML,
            f + " ".repeat(15) + f + " ".repeat(16) + f,
            "calls: 0 f {}",
            "calls: 1 f {}",
            "says: " + " ".repeat(16),
            "calls: 2 f {}",
            "ends: 3"),
        of(
            "6 line ends",
            HERMES,
            CHATML,
            "a" + "\n".repeat(6) + f,
            "says: a\n\n",
            "calls: 0 f {}",
            "ends: 1"),
        of(
            "a name too long",
            CODER,
            CHATML,
            "<function=" + longName + "></function>",
            "says: <function=" + longName + "></function>",
            "ends: 0"));
  }

  private static List<Sample> hermes() {
    return List.of(
        of(
            "hermes: reasoning, text and two calls",
            HERMES,
            CHATML,
            """
            <think>
            Two cities.
            </think>

            I will look.
            <tool_call>
            {"name": "get_weather", "arguments": {"city": "Zürich <&>'\\"}{", "days": 2}}
            </tool_call>
            <tool_call>
            {"name": "add", "arguments": {"xs": [1, [2.5]], "opts": {"round": true}}}
            </tool_call>""",
            "thinks: Two cities.",
            "says: I will look.",
            "calls: 0 get_weather {\"city\": \"Zürich <&>'\\\"}{\", \"days\": 2}",
            "calls: 1 add {\"xs\": [1, [2.5]], \"opts\": {\"round\": true}}",
            "ends: 2"),
        of(
            "hermes: other order and other members",
            HERMES,
            CHATML,
            "<tool_call>{\"id\": 7, \"arguments\" : {\"a\":1} ,\"name\":\"f\", \"x\": null}</tool_call>",
            "calls: 0 f {\"a\":1}",
            "ends: 1"),
        of(
            "hermes: no arguments, arguments in a string, null",
            HERMES,
            CHATML,
            "<tool_call>{\"name\": \"f\"}</tool_call>\n \t<tool_call>{\"name\": \"g\", \"arguments\":"
                + " \"{\\\"a\\\": \\\"ü\\\\n\\\"}\"}</tool_call>"
                + "<tool_call>{\"arguments\": null, \"name\": \"h\"}</tool_call>\n\nDone.",
            "calls: 0 f {}",
            "calls: 1 g {\"a\": \"ü\\n\"}",
            "calls: 2 h {}",
            "says: Done.",
            "ends: 3"),
        of(
            "hermes: no calls",
            HERMES,
            CHATML,
            "a <tool_call> b\n\n<tool_call>{\"nam\": 1}</tool_call> <tool_call>\n{\"name\": 5}"
                + "<tool_call>{\"name\": \"f\", \"arguments\": 5}</tool_call>\n<tool_call><tool_c",
            "says: a <tool_call> b\n\n<tool_call>{\"nam\": 1}</tool_call> <tool_call>\n{\"name\": 5}"
                + "<tool_call>{\"name\": \"f\", \"arguments\": 5}</tool_call>\n<tool_call><tool_c",
            "ends: 0"),
        of(
            "hermes: cut off in a call",
            HERMES,
            CHATML,
            "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Zü",
            "calls: 0 get_weather {\"city\": \"Zü",
            "ends: 1 inside"),
        of(
            "hermes: cut off before the call starts",
            HERMES,
            CHATML,
            "So:\n<tool_call>\n{\"name\": \"get_weather\", \"argum",
            "says: So:\n<tool_call>\n{\"name\": \"get_weather\", \"argum",
            "ends: 0"),
        of(
            "hermes: brackets left open, text behind the call",
            HERMES,
            CHATML,
            "<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": 1</tool_call>\n<tool_call>"
                + "{\"name\": \"g\", \"arguments\": {}} and?</tool_call>\nBye\n",
            "calls: 0 f {\"a\": 1",
            "calls: 1 g {}",
            "says:  and?</tool_call>\nBye\n",
            "ends: 2"));
  }

  private static List<Sample> coder() {
    return List.of(
        of(
            "coder: typed arguments",
            CODER,
            CHATML,
            """
            Looking.

            <tool_call>
            <function=get_weather>
            <parameter=city>
            Zürich "<b>"

            \\ 😀
            </parameter>
            <parameter=days>
            2
            </parameter>
            <parameter=note>
            None
            </parameter>
            <parameter=exact>
            True
            </parameter>
            <parameter=unit>
            5
            </parameter>
            <parameter=other>
            {"a": [1]}
            </parameter>
            </function>
            </tool_call>
            <tool_call>
            <function=add>
            </function>
            </tool_call>
            """,
            "says: Looking.",
            "calls: 0 get_weather {\"city\": \"Zürich \\\"<b>\\\"\\n\\n\\\\ 😀\", \"days\": 2,"
                + " \"note\": null, \"exact\": true, \"unit\": \"5\", \"other\": {\"a\": [1]}}",
            "calls: 1 add {}",
            "ends: 2"),
        of(
            "coder: without the outer tag, values on one line",
            CODER,
            CHATML,
            "<function=get_weather><parameter=city></parameter><parameter=note>2</parameter>"
                + "<parameter=days>two</parameter></function></tool_call>Done",
            "calls: 0 get_weather {\"city\": \"\", \"note\": \"2\", \"days\": \"two\"}",
            "says: Done",
            "ends: 1"),
        of(
            "coder: no calls",
            CODER,
            CHATML,
            "Use <function=f> or <tool_call>\n<function=f>\nbody <function=>\n",
            "says: Use <function=f> or <tool_call>\n<function=f>\nbody <function=>\n",
            "ends: 0"),
        of(
            "coder: cut off in a string",
            CODER,
            CHATML,
            "<tool_call>\n<function=get_weather>\n<parameter=city>\nZürich\n</para",
            "calls: 0 get_weather {\"city\": \"Zürich\\n</para",
            "ends: 1 inside"),
        of(
            "coder: text between the parameters",
            CODER,
            CHATML,
            "<tool_call><function=add><parameter=xs>[1]</parameter> well </function></tool_call>",
            "calls: 0 add {\"xs\": [1]}",
            "says:  well </function></tool_call>",
            "ends: 1"));
  }

  private static List<Sample> glm() {
    return List.of(
        of(
            "glm: two calls",
            GLM,
            "<|assistant|>",
            """

            <think>Weather.</think>
            Let me see.
            <tool_call>get_weather
            <arg_key>city</arg_key>
            <arg_value>Zürich <&>'"</arg_value>
            <arg_key>days</arg_key>
            <arg_value>2</arg_value>
            <arg_key>note</arg_key>
            <arg_value>null</arg_value>
            </tool_call>
            <tool_call>get_time</tool_call>""",
            "thinks: Weather.",
            "says: Let me see.",
            "calls: 0 get_weather {\"city\": \"Zürich <&>'\\\"\", \"days\": 2, \"note\": null}",
            "calls: 1 get_time {}",
            "ends: 2"),
        of(
            "glm: without line ends, opened by the prompt",
            GLM,
            "<|assistant|><think>",
            "Hm</think><tool_call>f<arg_key>a</arg_key><arg_value>x y</arg_value>"
                + "<arg_key>b</arg_key><arg_value>[1, 2]</arg_value></tool_call>",
            "thinks: Hm",
            "calls: 0 f {\"a\": \"x y\", \"b\": [1, 2]}",
            "ends: 1"),
        of(
            "glm: no calls",
            GLM,
            "<|assistant|>",
            "<tool_call>two words</tool_call> <tool_call>{\"name\": 1}</tool_call>",
            "says: <tool_call>two words</tool_call> <tool_call>{\"name\": 1}</tool_call>",
            "ends: 0"));
  }

  private static List<Sample> deepSeek() {
    return List.of(
        of(
            "deepseek r1: two calls",
            DEEPSEEK,
            "<｜Assistant｜><think>\n",
            """
            Hm.
            </think>

            One moment.<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather
            ```json
            {"city": "Zürich"}
            ```<｜tool▁call▁end｜>
            <｜tool▁call▁begin｜>function<｜tool▁sep｜>add
            ```json
            {"xs": [1, 2]}
            ```<｜tool▁call▁end｜><｜tool▁calls▁end｜>""",
            "thinks: Hm.",
            "says: One moment.",
            "calls: 0 get_weather {\"city\": \"Zürich\"}",
            "calls: 1 add {\"xs\": [1, 2]}",
            "ends: 2"),
        of(
            "deepseek v3.1: two calls",
            DEEPSEEK,
            "<｜Assistant｜></think>",
            "Ok<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{\"city\": \"Bern\"}"
                + "<｜tool▁call▁end｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>{}<｜tool▁call▁end｜>"
                + "<｜tool▁calls▁end｜>After",
            "says: Ok",
            "calls: 0 get_weather {\"city\": \"Bern\"}",
            "calls: 1 function {}",
            "says: After",
            "ends: 2"),
        of(
            "deepseek: no calls",
            DEEPSEEK,
            "<｜Assistant｜></think>",
            "<｜tool▁calls▁begin｜> x <｜tool▁call▁begin｜>f<｜tool▁sep｜>[1]<｜tool▁call▁end｜>",
            "says: <｜tool▁calls▁begin｜> x <｜tool▁call▁begin｜>f<｜tool▁sep｜>[1]<｜tool▁call▁end｜>",
            "ends: 0"));
  }

  private static List<Sample> llama() {
    String prompt = "<|start_header_id|>assistant<|end_header_id|>\n\n";
    return List.of(
        of(
            "llama: one call",
            LLAMA,
            prompt,
            "{\"name\": \"get_weather\", \"parameters\": {\"city\": \"Zürich\"}}",
            "calls: 0 get_weather {\"city\": \"Zürich\"}",
            "ends: 1"),
        of(
            "llama: several calls",
            LLAMA,
            prompt,
            " {\"type\": \"function\", \"name\": \"get_weather\", \"parameters\": {}};"
                + " {\"name\": \"add\", \"arguments\": {\"xs\": []}}\n{\"name\": \"add\"}\nSo.",
            "calls: 0 get_weather {}",
            "calls: 1 add {\"xs\": []}",
            "calls: 2 add {}",
            "says: So.",
            "ends: 3"),
        of(
            "llama: tagged and built in",
            LLAMA,
            prompt,
            "Let me.\n<|python_tag|>{\"name\": \"add\", \"parameters\": {}}\n<|python_tag|>"
                + "brave_search.call(query=\"a \\\" )\", count=3)\nok",
            "says: Let me.",
            "calls: 0 add {}",
            "calls: 1 brave_search {\"query\": \"a \\\" )\", \"count\": 3}",
            "says: ok",
            "ends: 2"),
        of(
            "llama: an object that is no call",
            LLAMA,
            prompt,
            "{\"name\": \"Bob\", \"parameters\": {\"age\": 3}} {\"name\": \"add\"}",
            "says: {\"name\": \"Bob\", \"parameters\": {\"age\": 3}} {\"name\": \"add\"}",
            "ends: 0"),
        of(
            "llama: code",
            LLAMA,
            prompt,
            "<|python_tag|>print(\"x\") <|python_tag|>f.call(x) <|python_tag|>f.call(a=b)",
            "says: <|python_tag|>print(\"x\") <|python_tag|>f.call(x) <|python_tag|>f.call(a=b)",
            "ends: 0"));
  }

  private static List<Sample> mistral() {
    return List.of(
        of(
            "mistral: an array",
            MISTRAL,
            "[/INST]",
            "Yes[TOOL_CALLS] [{\"name\": \"get_weather\", \"arguments\": {\"city\": \"[]\"}, \"id\":"
                + " \"123456789\"}, {\"name\": \"add\", \"arguments\": {}}]",
            "says: Yes",
            "calls: 0 get_weather {\"city\": \"[]\"}",
            "calls: 1 add {}",
            "ends: 2"),
        of(
            "mistral: a marker for each",
            MISTRAL,
            "[/INST]",
            "[TOOL_CALLS]get_weather[CALL_ID]call00001[ARGS]{\"city\": \"Zürich\"}"
                + "[TOOL_CALLS]add[ARGS]{\"xs\": [1]}\n[TOOL_CALLS]f{}",
            "calls: 0 get_weather {\"city\": \"Zürich\"}",
            "calls: 1 add {\"xs\": [1]}",
            "calls: 2 f {}",
            "ends: 3"),
        of(
            "mistral: no calls",
            MISTRAL,
            "[/INST]",
            "[TOOL_CALLS] [1] [TOOL_CALLS]two words[ARGS]{} [TOOL_CALLS][{\"id\": 1}] [TOOL_",
            "says: [TOOL_CALLS] [1] [TOOL_CALLS]two words[ARGS]{} [TOOL_CALLS][{\"id\": 1}] [TOOL_",
            "ends: 0"),
        of(
            "mistral: an array that breaks off",
            MISTRAL,
            "[/INST]",
            "[TOOL_CALLS][{\"name\": \"add\", \"arguments\": {}}, {\"name\": 3}]",
            "calls: 0 add {}",
            "says: , {\"name\": 3}]",
            "ends: 1"));
  }

  private static List<Sample> harmony() {
    String prompt = "<|start|>assistant";
    return List.of(
        of(
            "harmony: reasoning and answer",
            HARMONY,
            prompt,
            "<|channel|>analysis<|message|>\nHm. \n<|end|><|start|>assistant<|channel|>final"
                + "<|message|>Yes <|x|> 😀<|return|>",
            "thinks: \nHm. \n",
            "says: Yes <|x|> 😀",
            "ends: 0"),
        of(
            "harmony: preamble and calls",
            HARMONY,
            prompt,
            "<|channel|>analysis<|message|>Hm<|end|><|start|>assistant<|channel|>commentary"
                + "<|message|>I look.<|end|><|start|>assistant<|channel|>commentary"
                + " to=functions.get_weather <|constrain|>json<|message|>{\"city\": \"Zürich\"}"
                + "<|call|><|start|>assistant to=functions.add<|channel|>commentary json"
                + "<|message|>{\"xs\": [1]}<|call|>",
            "thinks: Hm",
            "says: I look.",
            "calls: 0 get_weather {\"city\": \"Zürich\"}",
            "calls: 1 add {\"xs\": [1]}",
            "ends: 2"),
        of(
            "harmony: a call at once",
            HARMONY,
            prompt,
            " to=functions.add<|channel|>commentary json<|message|>{\"xs\": [",
            "calls: 0 add {\"xs\": [",
            "ends: 1 inside"),
        of(
            "harmony: calls without a body",
            HARMONY,
            prompt,
            " to=functions.now<|channel|>commentary json<|message|><|call|><|start|>assistant"
                + " to=functions.here<|channel|>commentary json<|message|>",
            "calls: 0 now {}",
            "calls: 1 here {}",
            "ends: 2 inside"),
        of(
            "harmony: messages without end, text outside",
            HARMONY,
            prompt,
            "plain <|start|>user<|message|> <|channel|>final<|message|>a<|start|>assistant"
                + "<|channel|>analysis<|message|>b",
            "says: plain <|start|>user<|message|> a",
            "thinks: b",
            "ends: 0"));
  }
}
