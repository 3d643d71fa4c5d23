// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.manager;

import dev.malachite.app.desktop.Icons;
import dev.malachite.app.desktop.Texts;
import dev.malachite.engine.catalogue.MachineState;
import java.util.Comparator;
import java.util.function.Function;
import javafx.beans.value.ObservableValue;
import javafx.collections.transformation.FilteredList;
import javafx.collections.transformation.SortedList;
import javafx.scene.Node;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;

/** The table of machines. On the user interface's thread. */
final class MachineTable extends TableView<MachineRow> {
  private static final double ROW = 34;
  private static final double ICON = 18;
  private static final double SPARK_WIDTH = 110;
  private static final double SPARK_HEIGHT = 22;

  MachineTable(FilteredList<MachineRow> rows) {
    SortedList<MachineRow> sorted = new SortedList<>(rows);
    sorted.comparatorProperty().bind(comparatorProperty());
    setItems(sorted);
    setFixedCellSize(ROW);
    getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
    setColumnResizePolicy(CONSTRAINED_RESIZE_POLICY_FLEX_LAST_COLUMN);
    setAccessibleText("Virtual machines");

    TableColumn<MachineRow, String> name = column("Name", 180, MachineRow::nameProperty);
    name.setComparator(String.CASE_INSENSITIVE_ORDER);
    name.setCellFactory(column -> new NameCell());
    TableColumn<MachineRow, MachineState> state = column("State", 100, MachineRow::stateProperty);
    state.setCellFactory(column -> new TextCell<>(MachineState::description));
    TableColumn<MachineRow, double[]> load = column("Processor", 125, MachineRow::loadProperty);
    load.setCellFactory(column -> new LoadCell());
    load.setComparator(Comparator.comparingDouble(MachineTable::last));
    TableColumn<MachineRow, Number> memory = column("Memory", 90, MachineRow::memoryProperty);
    memory.setCellFactory(
        column ->
            new TextCell<>(bytes -> bytes.longValue() == 0 ? "" : Texts.size(bytes.longValue())));
    TableColumn<MachineRow, Number> uptime = column("Uptime", 90, MachineRow::uptimeProperty);
    uptime.setCellFactory(
        column -> new TextCell<>(ms -> ms.longValue() == 0 ? "" : Texts.duration(ms.longValue())));
    TableColumn<MachineRow, String> status = column("Status", 200, MachineRow::statusProperty);
    getColumns().add(name);
    getColumns().add(state);
    getColumns().add(load);
    getColumns().add(memory);
    getColumns().add(uptime);
    getColumns().add(status);
    getSortOrder().add(name);
  }

  private static double last(double[] values) {
    return values.length == 0 ? -1 : values[values.length - 1];
  }

  private static <T> TableColumn<MachineRow, T> column(
      String title, double width, Function<MachineRow, ObservableValue<T>> value) {
    TableColumn<MachineRow, T> column = new TableColumn<>(title);
    column.setPrefWidth(width);
    column.setCellValueFactory(cell -> value.apply(cell.getValue()));
    return column;
  }

  /** The icon of a state. */
  static Node icon(MachineState state, double size) {
    String name =
        switch (state) {
          case OFF, STOPPING -> "machine-off";
          case STARTING, RUNNING -> "machine-running";
          case PAUSED, SAVING -> "machine-paused";
          case SAVED -> "machine-saved";
          case FAILED -> "machine-failed";
        };
    return Icons.of(name, size);
  }

  private static final class NameCell extends TableCell<MachineRow, String> {
    @Override
    protected void updateItem(String name, boolean empty) {
      super.updateItem(name, empty);
      MachineRow row = empty || getTableRow() == null ? null : getTableRow().getItem();
      if (row == null) {
        setText(null);
        graphicProperty().unbind();
        setGraphic(null);
        return;
      }
      setText(name);
      graphicProperty().bind(row.stateProperty().map(state -> icon(state, ICON)));
    }
  }

  private static final class TextCell<T> extends TableCell<MachineRow, T> {
    private final Function<T, String> words;

    TextCell(Function<T, String> words) {
      this.words = words;
    }

    @Override
    protected void updateItem(T item, boolean empty) {
      super.updateItem(item, empty);
      setText(empty || item == null ? null : words.apply(item));
    }
  }

  private static final class LoadCell extends TableCell<MachineRow, double[]> {
    private final SparkLine line = new SparkLine(SPARK_WIDTH, SPARK_HEIGHT);

    @Override
    protected void updateItem(double[] values, boolean empty) {
      super.updateItem(values, empty);
      if (empty || values == null || values.length == 0) {
        setGraphic(null);
        return;
      }
      line.show(values, MachineRow.HISTORY);
      setGraphic(line);
      setAccessibleText("Processor use " + Math.round(100 * last(values)) + " %");
    }
  }
}
