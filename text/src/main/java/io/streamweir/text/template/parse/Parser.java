package io.streamweir.text.template.parse;

import io.streamweir.text.template.parse.Token.Kind;
import io.streamweir.text.template.tree.Assignment;
import io.streamweir.text.template.tree.Block;
import io.streamweir.text.template.tree.CapturedAssignment;
import io.streamweir.text.template.tree.Data;
import io.streamweir.text.template.tree.Expression;
import io.streamweir.text.template.tree.FilterBlock;
import io.streamweir.text.template.tree.FilterCall;
import io.streamweir.text.template.tree.FilterChain;
import io.streamweir.text.template.tree.For;
import io.streamweir.text.template.tree.If;
import io.streamweir.text.template.tree.LoopControl;
import io.streamweir.text.template.tree.Macro;
import io.streamweir.text.template.tree.Output;
import io.streamweir.text.template.tree.ScopedBlock;
import io.streamweir.text.template.tree.Statement;
import io.streamweir.text.template.tree.Statement.Flow;
import io.streamweir.text.template.tree.Target;
import io.streamweir.text.template.value.StringValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Statements: the tags of a template and the text between them. */
public final class Parser {
  private static final Set<String> NOT_SUPPORTED =
      Set.of("include", "import", "from", "extends", "block", "call", "with", "autoescape", "do");

  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private final TargetParser targets;
  private int loops;

  private Parser(TokenStream tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens);
    this.targets = new TargetParser(tokens);
  }

  /**
   * Parses a whole template.
   *
   * @throws SyntaxFailure if it is none, or uses what is not supported
   */
  public static Block parse(String template) {
    TokenStream tokens = new TokenStream(Lexer.tokens(template));
    Block block = new Parser(tokens).block();
    if (!tokens.at(Kind.END)) {
      throw new SyntaxFailure(
          tokens.current().line(),
          "the tag '" + tokens.current().text() + "' has no beginning that it could end");
    }
    return block;
  }

  /** Statements up to one of the given tags; stops at its name. */
  private Block block(String... ends) {
    tokens.enter();
    List<Statement> statements = new ArrayList<>();
    while (!tokens.at(Kind.END)) {
      Token token = tokens.next();
      if (token.kind() == Kind.DATA) {
        statements.add(new Data(token.line(), StringValue.of(token.text())));
      } else if (token.kind() == Kind.VARIABLE_BEGIN) {
        statements.add(new Output(token.line(), expressions.tuple()));
        tokens.expect(Kind.VARIABLE_END, "the end of the tag");
      } else if (ends(ends)) {
        tokens.leave();
        return new Block(statements);
      } else {
        statements.add(statement(token.line()));
        tokens.expect(Kind.BLOCK_END, "the end of the tag");
      }
    }
    if (ends.length > 0) {
      throw tokens.unexpected("'" + String.join("' or '", ends) + "'");
    }
    tokens.leave();
    return new Block(statements);
  }

  private boolean ends(String... ends) {
    boolean unknownEnd = ends.length == 0 && tokens.current().text().startsWith("end");
    return unknownEnd || List.of(ends).contains(tokens.current().text());
  }

  /** The body of a tag: its end must be the given tag. */
  private Block body(String... ends) {
    tokens.expect(Kind.BLOCK_END, "the end of the tag");
    return block(ends);
  }

  private Statement statement(int line) {
    String tag = tokens.expectAnyName();
    return switch (tag) {
      case "if" -> conditional(line);
      case "for" -> loop(line);
      case "set" -> assignment(line);
      case "macro" -> macro(line);
      case "filter" -> filterBlock(line);
      case "generation" -> generation(line);
      case "break" -> loopControl(line, Flow.BREAK);
      case "continue" -> loopControl(line, Flow.CONTINUE);
      default -> throw unknownTag(line, tag);
    };
  }

  private static SyntaxFailure unknownTag(int line, String tag) {
    return new SyntaxFailure(
        line,
        NOT_SUPPORTED.contains(tag)
            ? "the tag '" + tag + "' is not supported in chat templates"
            : "unknown tag '" + tag + "'");
  }

  private Statement conditional(int line) {
    List<If.Branch> branches = new ArrayList<>();
    int branchLine = line;
    do {
      Expression condition = expressions.tupleWithoutConditional();
      branches.add(new If.Branch(branchLine, condition, body("elif", "else", "endif")));
      branchLine = tokens.current().line();
    } while (tokens.skipName("elif"));
    Block otherwise = tokens.skipName("else") ? body("endif") : Block.EMPTY;
    tokens.expectName("endif");
    return new If(line, branches, otherwise);
  }

  private Statement loop(int line) {
    Target target = targets.loopTarget();
    tokens.expectName("in");
    Expression iterable = expressions.tupleWithoutConditional();
    Expression condition = tokens.skipName("if") ? expressions.expression() : null;
    if (tokens.atName("recursive")) {
      throw new SyntaxFailure(line, "recursive loops are not supported in chat templates");
    }
    loops++;
    Block body = body("else", "endfor");
    loops--;
    Block otherwise = tokens.skipName("else") ? body("endfor") : Block.EMPTY;
    tokens.expectName("endfor");
    return new For(line, target, iterable, condition, body, otherwise);
  }

  private Statement loopControl(int line, Flow flow) {
    if (loops == 0) {
      throw new SyntaxFailure(line, "break and continue have no meaning outside a loop");
    }
    return new LoopControl(line, flow);
  }

  private Statement assignment(int line) {
    Target target = targets.assignmentTarget();
    if (tokens.skipOperator("=")) {
      return new Assignment(line, target, expressions.tuple());
    }
    FilterChain filters = tokens.skipOperator("|") ? filterChain() : new FilterChain(List.of());
    Block body = enclosed("endset");
    return new CapturedAssignment(line, target, filters, body);
  }

  private Statement filterBlock(int line) {
    FilterChain filters = filterChain();
    return new FilterBlock(line, filters, enclosed("endfilter"));
  }

  private Statement generation(int line) {
    return new ScopedBlock(line, enclosed("endgeneration"));
  }

  private Statement macro(int line) {
    String name = tokens.expectAnyName();
    List<Macro.Parameter> parameters = new ArrayList<>();
    tokens.expectOperator("(");
    while (!tokens.skipOperator(")")) {
      String parameter = tokens.expectAnyName();
      Expression defaultValue = tokens.skipOperator("=") ? expressions.expression() : null;
      parameters.add(new Macro.Parameter(parameter, defaultValue));
      if (!tokens.atOperator(")")) {
        tokens.expectOperator(",");
      }
    }
    return new Macro(line, name, parameters, enclosed("endmacro"));
  }

  /** A body that loops outside do not reach into. */
  private Block enclosed(String end) {
    int outside = loops;
    loops = 0;
    Block body = body(end);
    loops = outside;
    tokens.expectName(end);
    return body;
  }

  private FilterChain filterChain() {
    List<FilterCall> filters = new ArrayList<>();
    do {
      filters.add(expressions.operands().filter(OperandParser.noInput()));
    } while (tokens.skipOperator("|"));
    return new FilterChain(filters);
  }
}
