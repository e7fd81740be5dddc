package io.streamweir.config;

import java.io.Serializable;
import java.util.Map;

/** Checked values of a {@link SettingTable}. Immutable; travels in a job graph. */
public final class Config implements Serializable {

  private static final long serialVersionUID = 1L;

  private final Map<String, Object> values;

  Config(Map<String, Object> values) {
    this.values = Map.copyOf(values);
  }

  /**
   * The value of a setting of the table that this was parsed with.
   *
   * @throws IllegalArgumentException if the setting is of another table
   */
  @SuppressWarnings("unchecked")
  public <T> T get(Setting<T> setting) {
    var value = values.get(setting.key());
    if (value == null) {
      throw new IllegalArgumentException("Setting " + setting.key() + " is not of this table");
    }
    return (T) value;
  }
}
