package llmthreads.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class StopStringsProperties {
  @Property
  void pieces_show_the_text_before_the_first_stop_string_and_never_more(
      @ForAll("pieces") List<String> pieces, @ForAll("stops") List<String> stops) {
    String text = String.join("", pieces);
    int first = stops.stream().mapToInt(text::indexOf).filter(at -> at >= 0).min().orElse(-1);
    StopStrings finder = new StopStrings(stops);
    StringBuilder shown = new StringBuilder();
    StringBuilder arrived = new StringBuilder();
    for (String piece : pieces) {
      arrived.append(piece);
      shown.append(finder.add(piece));
      assertTrue(arrived.toString().startsWith(shown.toString()));
      assertEquals(stops.stream().anyMatch(stop -> arrived.indexOf(stop) >= 0), finder.stopped());
      if (finder.stopped()) {
        break;
      }
      int longest = stops.stream().mapToInt(String::length).max().orElse(1);
      assertTrue(arrived.length() - shown.length() < longest, "held back without need");
    }
    shown.append(finder.rest());
    if (finder.stopped()) {
      int at = stops.stream().mapToInt(arrived::indexOf).filter(i -> i >= 0).min().orElseThrow();
      assertEquals(arrived.substring(0, at), shown.toString());
    } else {
      assertEquals(-1, first);
      assertEquals(text, shown.toString());
    }
  }

  @Provide
  Arbitrary<List<String>> pieces() {
    return Arbitraries.strings().withChars("ab\uD83D\uDE00").ofMaxLength(4).list().ofMaxSize(12);
  }

  @Provide
  Arbitrary<List<String>> stops() {
    return Arbitraries.strings().withChars("ab").ofMinLength(1).ofMaxLength(5).list().ofMaxSize(3);
  }
}
