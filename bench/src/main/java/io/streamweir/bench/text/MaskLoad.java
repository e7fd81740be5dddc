package io.streamweir.bench.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.text.grammar.Constraint;
import io.streamweir.text.grammar.ConstraintCompiler;
import io.streamweir.text.grammar.ConstraintException;
import io.streamweir.text.grammar.ConstraintState;
import io.streamweir.text.grammar.OutputFormat;
import io.streamweir.text.grammar.Whitespace;
import io.streamweir.text.tokenizer.HfTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Compiles schemas and computes masks, with files of the form {@code {schema, tests: [{data,
 * valid}]}} (as in MaskBench). Every schema is new to the compiler, every mask along each instance
 * is timed.
 */
final class MaskLoad {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HfTokenizer tokenizer;
  private final int endToken;
  private final ConstraintCompiler compiler;
  private final Map<String, Integer> refused = new TreeMap<>();
  private final List<String> reachedInvalid = new ArrayList<>();
  private Samples compile = new Samples();
  private Samples masks = new Samples();
  private int compiled;
  private int valid;
  private int validReached;
  private int invalid;

  MaskLoad(HfTokenizer tokenizer, int endToken) {
    this.tokenizer = tokenizer;
    this.endToken = endToken;
    this.compiler = new ConstraintCompiler(tokenizer.vocabulary(), Set.of(endToken));
  }

  /**
   * @param warmUp so many of the files are not timed; all of them are counted
   */
  Map<String, Object> run(List<Path> files, int warmUp) throws IOException {
    for (int i = 0; i < files.size(); i++) {
      if (i == warmUp) {
        compile = new Samples();
        masks = new Samples();
      }
      run(files.get(i));
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("schemas", files.size());
    result.put("compiled", compiled);
    result.put("refused_by_keyword", refused);
    result.put("compile_us", compile.micros());
    result.put("mask_us", masks.micros());
    result.put("valid_instances", valid);
    result.put("valid_reached", validReached);
    result.put("invalid_instances", invalid);
    result.put("invalid_reached", reachedInvalid.size());
    result.put("invalid_reached_in", reachedInvalid);
    return result;
  }

  private void run(Path file) throws IOException {
    JsonNode content = JSON.readTree(file.toFile());
    JsonNode schema = content.path("schema");
    Constraint constraint;
    long start = CpuTime.nanos();
    try {
      constraint =
          compiler.compile(new OutputFormat.JsonSchema(schema.toString(), Whitespace.FLEXIBLE));
    } catch (ConstraintException e) {
      refused.merge(e.keyword(), 1, Integer::sum);
      return;
    }
    compile.add(CpuTime.nanos() - start);
    compiled++;
    for (JsonNode test : content.path("tests")) {
      String text = PropertyOrder.of(schema).sorted(test.path("data")).toString();
      boolean reached = walk(constraint, text);
      if (test.path("valid").asBoolean()) {
        valid++;
        validReached += reached ? 1 : 0;
      } else {
        invalid++;
        if (reached) {
          reachedInvalid.add(file.getFileName().toString());
        }
      }
    }
  }

  private boolean walk(Constraint constraint, String text) {
    ConstraintState state = constraint.start();
    long[] bits = new long[constraint.maskWords()];
    for (int token : tokenizer.encode(text)) {
      long start = CpuTime.nanos();
      state.mask(bits);
      masks.add(CpuTime.nanos() - start);
      if (!state.accept(token)) {
        return false;
      }
    }
    return state.accept(endToken);
  }
}
