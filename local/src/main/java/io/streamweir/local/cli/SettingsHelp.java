package io.streamweir.local.cli;

import io.streamweir.local.stack.StackSettings;
import io.streamweir.local.terminal.TextTable;
import java.util.ListResourceBundle;

/** The settings of a stack, for the help text: generated, so that it is never behind. */
public final class SettingsHelp extends ListResourceBundle {

  @Override
  protected Object[][] getContents() {
    var table = new TextTable();
    StackSettings.TABLE
        .settings()
        .forEach(setting -> table.row("  " + setting.key(), setting.fallback(), setting.doc()));
    return new Object[][] {{"settings", table.toString()}};
  }
}
