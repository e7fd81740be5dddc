package io.streamweir.text.template.builtin;

/**
 * How JSON is written.
 *
 * @param ascii whether other characters are escaped
 * @param indent one level of indentation, null for a single line
 * @param itemSeparator between elements
 * @param keySeparator between key and value
 * @param sortKeys whether keys are sorted
 */
record JsonStyle(
    boolean ascii, String indent, String itemSeparator, String keySeparator, boolean sortKeys) {}
