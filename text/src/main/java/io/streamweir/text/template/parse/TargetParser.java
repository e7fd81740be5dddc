package io.streamweir.text.template.parse;

import io.streamweir.text.template.tree.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What stands left of {@code =} or {@code in}. */
final class TargetParser {
  private static final Set<String> CONSTANTS =
      Set.of("true", "True", "false", "False", "none", "None");

  private final TokenStream tokens;

  TargetParser(TokenStream tokens) {
    this.tokens = tokens;
  }

  Target loopTarget() {
    return targets(false);
  }

  Target assignmentTarget() {
    return targets(true);
  }

  private Target targets(boolean withNamespaces) {
    List<Target> targets = new ArrayList<>();
    targets.add(target(withNamespaces));
    boolean several = false;
    while (tokens.skipOperator(",")) {
      several = true;
      if (tokens.atName("in") || tokens.atOperator("=") || tokens.atOperator(")")) {
        break;
      }
      targets.add(target(withNamespaces));
    }
    return several ? new Target.Unpacking(targets) : targets.get(0);
  }

  private Target target(boolean withNamespaces) {
    if (tokens.skipOperator("(")) {
      tokens.enter();
      Target inner = targets(withNamespaces);
      tokens.leave();
      tokens.expectOperator(")");
      return inner;
    }
    if (CONSTANTS.contains(tokens.current().text())) {
      throw tokens.unexpected("a name to assign to");
    }
    String name = tokens.expectAnyName();
    return withNamespaces && tokens.skipOperator(".")
        ? new Target.NamespaceAttribute(name, tokens.expectAnyName())
        : new Target.Variable(name);
  }
}
