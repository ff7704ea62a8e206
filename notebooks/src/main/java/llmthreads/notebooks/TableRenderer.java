package llmthreads.notebooks;

import llmthreads.kernel.display.MimeBundle;
import llmthreads.kernel.display.Renderer;
import tech.tablesaw.api.Table;
import tech.tablesaw.table.Relation;

/** Shows Tablesaw tables as HTML and as text, with all rows as CSV. */
public final class TableRenderer implements Renderer<Relation> {
  /** Rows that are shown; a longer table says how many more it has. */
  static final int ROWS = 50;

  @Override
  public Class<Relation> type() {
    return Relation.class;
  }

  @Override
  public MimeBundle render(Relation relation) {
    String text = relation.rowCount() == 0 ? relation.structure().print() : relation.print(ROWS);
    Table table = relation instanceof Table whole ? whole : relation.first(relation.rowCount());
    return RawData.bundle(text, RawData.csv(table))
        .with(MimeBundle.HTML, HtmlTable.of(relation, ROWS));
  }
}
