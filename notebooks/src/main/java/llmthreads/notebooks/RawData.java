package llmthreads.notebooks;

import java.io.StringWriter;
import java.util.Locale;
import llmthreads.kernel.display.MimeBundle;
import tech.tablesaw.api.Table;

/** The numbers behind what is shown, so that they travel with the notebook. */
final class RawData {
  /** Where {@code notebooks/run} looks for them. */
  static final String CSV = "text/csv";

  /** More would make a notebook that no browser likes. */
  private static final int MOST_CHARACTERS = 2_000_000;

  private RawData() {}

  static String csv(Table table) {
    StringWriter text = new StringWriter();
    table.write().csv(text);
    return text.toString();
  }

  /** A bundle of the words and the data, or of a word on why the data is not there. */
  static MimeBundle bundle(String words, String csv) {
    if (csv.length() <= MOST_CHARACTERS) {
      return MimeBundle.text(words).with(CSV, csv);
    }
    return MimeBundle.text(
        words
            + String.format(
                Locale.ROOT,
                "%n(raw data of %,d characters left out; write().csv(…) or save(…) keeps them)",
                csv.length()));
  }
}
