package io.streamweir.local.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class UsageAnswerTest {

  @Test
  void shouldShowSumsTheirTotalAndWhatIsNotInThem() throws Exception {
    var answer =
        answer(
            """
            {"group_by": ["tenant"],
             "rows": [{"tenant": "bank", "requests": 1, "completed": 1, "engine_time_us": 250000},
                      {"tenant": "shop", "requests": 2, "completed": 1, "engine_time_us": 1000000}],
             "total": {"requests": 3, "completed": 2, "engine_time_us": 1250000},
             "unread_records": 4, "undecided_records": 5,
             "violations": [{"hour": "2026-01-01T12:00:00Z", "tenant": "", "code": "x", "records": 6}]}
            """);

    assertThat(answer.table().lines()).hasSize(4);
    assertThat(answer.table().lines().get(0)).startsWith("tenant  requests  completed  prompt");
    assertThat(answer.table().lines().get(2)).startsWith("shop").endsWith("1.0");
    assertThat(answer.table().lines().get(3)).startsWith("total   3");
    assertThat(answer.remarks())
        .containsExactly(
            "VIOLATION x: 6 records of an unknown tenant in the hour of 2026-01-01T12:00:00Z are"
                + " not in the sums; see weir.dead-letters",
            "The ledger has 4 records still to read.",
            "5 records are in, or behind, transactions that have not ended: ./weir transactions");
  }

  @Test
  void shouldShowNoTotalBelowASingleSum() throws Exception {
    var answer =
        answer(
            """
            {"group_by": [], "rows": [{"requests": 3}], "total": {"requests": 3}, "violations": []}
            """);

    assertThat(answer.table().lines()).hasSize(2);
    assertThat(answer.remarks()).isEmpty();
  }

  private static UsageAnswer answer(String json) throws Exception {
    return new UsageAnswer(new ObjectMapper().readTree(json));
  }
}
