package io.streamweir.text.template.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonFloatTest {

  @ParameterizedTest
  @CsvSource({
    "1.0,1.0",
    "-30000000000.0,-30000000000.0",
    "1e-7,1e-07",
    "1e22,1e+22",
    "1e16,1e+16",
    "9999999999999998.0,9999999999999998.0",
    "0.0001,0.0001",
    "0.00001,1e-05",
    "2e-3,0.002",
    "2.2250738585072014E-308,2.2250738585072014e-308",
    "4.9E-324,5e-324",
    "1.7976931348623157E308,1.7976931348623157e+308",
    "2.0E-44,2e-44",
    "0.1,0.1",
    "-0.0,-0.0",
    "NaN,nan",
    "-Infinity,-inf"
  })
  void shouldPrintAsPythonDoesWhenNumberIsUsual(double value, String expected) {
    assertThat(PythonFloat.repr(value)).isEqualTo(expected);
  }

  @Test
  void shouldReadBackAsTheSameNumberWhenBitsAreRandom() {
    Random random = new Random(5);
    for (int i = 0; i < 5_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        assertThat(Double.parseDouble(PythonFloat.repr(value))).isEqualTo(value);
      }
    }
  }
}
