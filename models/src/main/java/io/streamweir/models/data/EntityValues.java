package io.streamweir.models.data;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Draws values for an entity type. The data set has 40 different values in all, which a model would
 * learn by heart; to learn copying it must see ever new ones.
 */
final class EntityValues {
  private static final List<String> ACCOUNTS =
      List.of(
          "Freemium",
          "Premium",
          "Platinum",
          "Gold",
          "Pro",
          "Standard",
          "free",
          "Silver",
          "Bronze",
          "Basic",
          "Plus",
          "Business",
          "Student",
          "Family",
          "Diamond",
          "Enterprise",
          "Starter",
          "Deluxe",
          "Trial",
          "Elite");
  private static final List<String> CITIES =
      List.of(
          "Toronto",
          "Seattle",
          "Liverpool",
          "Munich",
          "Valencia",
          "Dublin",
          "Detroit",
          "Philadelphia",
          "London",
          "Paris",
          "Berlin",
          "Madrid",
          "Rome",
          "Vienna",
          "Lisbon",
          "Warsaw",
          "Oslo",
          "Boston",
          "Chicago",
          "Houston",
          "Dallas",
          "Denver",
          "Austin",
          "Phoenix",
          "Atlanta",
          "Miami",
          "Portland",
          "New York",
          "San Diego",
          "Los Angeles",
          "Montreal",
          "Vancouver",
          "Calgary",
          "Manchester",
          "Leeds",
          "Glasgow",
          "Hamburg",
          "Cologne",
          "Lyon",
          "Milan",
          "Naples",
          "Zurich",
          "Geneva",
          "Prague",
          "Osaka",
          "Kyoto",
          "Sydney",
          "Melbourne",
          "Lima",
          "Bogota",
          "Cairo",
          "Nairobi",
          "Mumbai",
          "Delhi");
  private static final List<String> COUNTRIES =
      List.of(
          "Japan",
          "Hungary",
          "Mexico",
          "USA",
          "Canada",
          "Finland",
          "France",
          "Germany",
          "Spain",
          "Italy",
          "Portugal",
          "Poland",
          "Norway",
          "Sweden",
          "Denmark",
          "Iceland",
          "Ireland",
          "Austria",
          "Switzerland",
          "Belgium",
          "Greece",
          "Turkey",
          "Egypt",
          "Kenya",
          "Nigeria",
          "India",
          "China",
          "Thailand",
          "Vietnam",
          "Australia",
          "New Zealand",
          "Brazil",
          "Chile",
          "Peru",
          "Argentina",
          "Colombia",
          "Cuba",
          "Israel",
          "Estonia",
          "Latvia");
  private static final List<String> TITLES = List.of("Mr.", "Ms.", "Mrs.", "Dr.");
  private static final List<String> FIRST_NAMES =
      List.of(
          "Anna", "David", "Maria", "John", "Laura", "Peter", "Sarah", "Paul", "Emma", "Lucas",
          "Olga", "Ivan", "Chloe", "Hugo", "Nina", "Omar", "Priya", "Kenji", "Grace", "Tom");
  private static final List<String> LAST_NAMES =
      List.of(
          "Smith",
          "Jones",
          "Miller",
          "Freeman",
          "Hawkings",
          "Brown",
          "Taylor",
          "Wilson",
          "Clark",
          "Lopez",
          "Garcia",
          "Silva",
          "Novak",
          "Kowalski",
          "Fischer",
          "Weber",
          "Rossi",
          "Tanaka",
          "Patel",
          "Nguyen",
          "O'Brien",
          "Martin",
          "Dubois",
          "Jensen",
          "Walker",
          "Young",
          "King");
  private static final List<String> SYLLABLES =
      List.of(
          "ba", "den", "ka", "lo", "mir", "na", "ros", "sel", "ta", "ver", "wick", "yo", "zan",
          "ford", "ham", "gre", "pli", "stu", "quen", "cho", "ard", "ell", "ing", "ux", "fi");

  private final Random random;

  EntityValues(Random random) {
    this.random = random;
  }

  /** A value of a known type; the present value for any other type. */
  String draw(Entity present) {
    return switch (present.type()) {
      case "order_id" -> random.nextInt(8) == 0 ? letters() + digits(3, 8) : digits(4, 16);
      case "invoice_id" -> "#" + digits(3, 8);
      case "refund_amount" -> amount();
      case "account_type" -> accountType();
      case "delivery_city" -> random.nextInt(4) == 0 ? invented() : pick(CITIES);
      case "delivery_country" -> pick(COUNTRIES);
      case "person_name" -> name();
      default -> present.text();
    };
  }

  private String amount() {
    String whole = (1 + random.nextInt(9)) + digits(0, 3);
    return random.nextInt(6) == 0 ? whole + "." + digits(2, 2) : whole;
  }

  private String accountType() {
    String type = pick(ACCOUNTS);
    return random.nextBoolean() ? type : type.toLowerCase(Locale.ROOT);
  }

  private String name() {
    String last = random.nextInt(3) == 0 ? invented() : pick(LAST_NAMES);
    String first = random.nextInt(4) == 0 ? invented() : pick(FIRST_NAMES);
    return (random.nextBoolean() ? pick(TITLES) : first) + " " + last;
  }

  private String invented() {
    String word =
        IntStream.range(0, 2 + random.nextInt(2))
            .mapToObj(i -> pick(SYLLABLES))
            .collect(Collectors.joining());
    return Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }

  private String letters() {
    String letters =
        IntStream.range(0, 1 + random.nextInt(3))
            .mapToObj(i -> String.valueOf((char) ('A' + random.nextInt(26))))
            .collect(Collectors.joining());
    return random.nextBoolean() ? letters : letters + "-";
  }

  private String digits(int least, int most) {
    return IntStream.range(0, least + random.nextInt(most - least + 1))
        .mapToObj(i -> String.valueOf(random.nextInt(10)))
        .collect(Collectors.joining());
  }

  private String pick(List<String> values) {
    return values.get(random.nextInt(values.size()));
  }
}
