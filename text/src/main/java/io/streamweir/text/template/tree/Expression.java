package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.value.Value;

/** Something with a value. */
public sealed interface Expression
    permits Literal,
        Name,
        SequenceDisplay,
        DictDisplay,
        AttributeAccess,
        ItemAccess,
        SliceAccess,
        Call,
        FilterCall,
        TestCall,
        Unary,
        Arithmetic,
        Concatenation,
        Comparison,
        Logical,
        Conditional {

  Value evaluate(Frame frame);
}
