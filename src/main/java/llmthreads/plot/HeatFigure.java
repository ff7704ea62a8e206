package llmthreads.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Values in a grid of cells, the first row on top: the greater a value, the darker its cell. Where
 * there is room, the value stands in it.
 */
public final class HeatFigure extends Figure {
  private final String valueLabel;
  private final List<String> columns;
  private final List<Row> rows;
  private final OptionalDouble scaleTo;

  /** One row of cells. */
  record Row(String name, double[] values) {}

  private HeatFigure(
      Frame frame,
      String valueLabel,
      List<String> columns,
      List<Row> rows,
      OptionalDouble scaleTo) {
    super(frame);
    this.valueLabel = valueLabel;
    this.columns = List.copyOf(columns);
    this.rows = List.copyOf(rows);
    this.scaleTo = scaleTo;
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("Figure '%s' has no column".formatted(title()));
    }
    if (List.of(frame.xLabel(), frame.yLabel()).contains(valueLabel)) {
      throw new IllegalArgumentException(
          "The cells of figure '%s' cannot be called '%s' like an axis"
              .formatted(title(), valueLabel));
    }
  }

  static HeatFigure empty(Frame frame, String valueLabel, List<String> columns) {
    return new HeatFigure(frame, valueLabel, columns, List.of(), OptionalDouble.empty());
  }

  /**
   * With one row more, below the others.
   *
   * @param name what stands beside it; names may repeat
   * @param values for each column one
   */
  public HeatFigure row(String name, double... values) {
    if (values.length != columns.size()) {
      throw new IllegalArgumentException(
          "Row '%s' has %d values, but the figure has %d columns"
              .formatted(name, values.length, columns.size()));
    }
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("Row '%s' has the value %s".formatted(name, value));
      }
    }
    List<Row> more = new ArrayList<>(rows);
    more.add(new Row(name, values.clone()));
    return new HeatFigure(frame(), valueLabel, columns, more, scaleTo);
  }

  /** With the darkest colour for this value, so that several figures can be compared. */
  public HeatFigure darkestAt(double value) {
    return new HeatFigure(frame(), valueLabel, columns, rows, OptionalDouble.of(value));
  }

  @Override
  public HeatFigure named(String name) {
    return new HeatFigure(frame().named(name), valueLabel, columns, rows, scaleTo);
  }

  @Override
  public int height() {
    return new HeatPainter(this).height();
  }

  String valueLabel() {
    return valueLabel;
  }

  List<String> columns() {
    return columns;
  }

  List<Row> rows() {
    return rows;
  }

  /** The value of the lightest colour: 0, or the least value where some are below it. */
  double lightest() {
    return Math.min(0, values().min().orElse(0));
  }

  /** The value of the darkest colour. */
  double darkest() {
    double greatest = scaleTo.orElse(values().max().orElse(1));
    return greatest > lightest() ? greatest : lightest() + 1;
  }

  DoubleStream values() {
    return rows.stream().flatMapToDouble(row -> Arrays.stream(row.values()));
  }

  @Override
  public Table table() {
    IntColumn rowNumbers = IntColumn.create("row number");
    StringColumn rowNames = StringColumn.create(frame().yColumn());
    IntColumn columnNumbers = IntColumn.create("column number");
    StringColumn columnNames = StringColumn.create(frame().xColumn());
    DoubleColumn values = DoubleColumn.create(valueLabel);
    for (int row = 0; row < rows.size(); row++) {
      for (int column = 0; column < columns.size(); column++) {
        rowNumbers.append(row + 1);
        rowNames.append(rows.get(row).name());
        columnNumbers.append(column + 1);
        columnNames.append(columns.get(column));
        values.append(rows.get(row).values()[column]);
      }
    }
    return Table.create(title(), rowNumbers, rowNames, columnNumbers, columnNames, values);
  }

  @Override
  public String summary() {
    String head =
        "Figure '%s': %s for each %s (%d) and %s (%d)"
            .formatted(
                title(),
                valueLabel,
                frame().yLabel(),
                rows.size(),
                frame().xLabel(),
                columns.size());
    return head + rows.stream().map(this::words).collect(Collectors.joining());
  }

  private String words(Row row) {
    double[] values = row.values();
    int greatest = 0;
    for (int i = 1; i < values.length; i++) {
      greatest = values[i] > values[greatest] ? i : greatest;
    }
    return "\n  %s: %s, the greatest at %s"
        .formatted(row.name(), Series.range(values), columns.get(greatest));
  }

  @Override
  Canvas.Painter painter() {
    if (rows.isEmpty()) {
      throw new IllegalStateException(
          "Figure '%s' has no rows yet; add one by row(name, values)".formatted(title()));
    }
    return new HeatPainter(this);
  }
}
