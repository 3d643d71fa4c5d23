// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.manager;

import dev.malachite.app.desktop.Background;
import dev.malachite.app.desktop.Texts;
import dev.malachite.engine.catalogue.MachineSettings;
import dev.malachite.engine.catalogue.MachineState;
import dev.malachite.engine.control.MachineManager;
import java.util.LinkedHashMap;
import java.util.Map;
import javafx.geometry.Insets;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import org.jspecify.annotations.Nullable;

/** What is to be known of the selected machine, in tabs. On the user interface's thread. */
final class Details extends TabPane {
  private final Thumbnail thumbnail;
  private final GridPane summary = facts();
  private final GridPane memory = facts();
  private final GridPane drives = facts();
  private Map<String, String> shown = Map.of();

  Details(MachineManager manager, Background background) {
    thumbnail = new Thumbnail(manager, background);
    HBox first = new HBox(16, thumbnail, summary);
    first.setPadding(new Insets(12));
    HBox.setHgrow(summary, Priority.ALWAYS);
    setTabClosingPolicy(TabClosingPolicy.UNAVAILABLE);
    getTabs()
        .addAll(
            tab("Summary", first), tab("Memory", padded(memory)), tab("Storage", padded(drives)));
    show(null);
  }

  private static Tab tab(String title, Node content) {
    ScrollPane scroll = new ScrollPane(content);
    scroll.setFitToWidth(true);
    return new Tab(title, scroll);
  }

  private static Node padded(GridPane grid) {
    grid.setPadding(new Insets(12));
    return grid;
  }

  private static GridPane facts() {
    GridPane grid = new GridPane(16, 6);
    grid.getStyleClass().add("facts");
    ColumnConstraints names = new ColumnConstraints();
    names.setMinWidth(100);
    ColumnConstraints values = new ColumnConstraints();
    values.setHgrow(Priority.ALWAYS);
    grid.getColumnConstraints().addAll(names, values);
    return grid;
  }

  /** Shows a machine, or that none is selected. */
  void show(@Nullable MachineRow row) {
    if (row == null) {
      thumbnail.show(null, "No machine is selected");
      fill(summary, Map.of());
      fill(memory, Map.of());
      fill(drives, Map.of());
      shown = Map.of();
      return;
    }
    MachineState state = row.stateProperty().get();
    boolean pictured = state == MachineState.RUNNING || state == MachineState.PAUSED;
    thumbnail.show(pictured ? row.id() : null, state.description());
    MachineSettings settings = row.entry().settings();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Name", settings.name());
    facts.put("State", state.description());
    if (!row.statusProperty().get().isEmpty()) {
      facts.put("Status", row.statusProperty().get());
    }
    facts.put("Uptime", state.isLive() ? Texts.duration(row.uptimeProperty().get()) : "—");
    facts.put("Generation", Integer.toString(settings.generation()));
    facts.put("Processors", Integer.toString(settings.processor().count()));
    facts.put("Folder", row.entry().folder().path().toString());
    facts.put("Log", row.entry().folder().log().toString());
    if (facts.equals(shown)) {
      return;
    }
    shown = facts;
    fill(summary, facts);
    fill(memory, Map.of("At start", Texts.size(settings.memory().startup())));
    Map<String, String> disks = new LinkedHashMap<>();
    int number = 0;
    for (MachineSettings.DriveSlot drive : settings.drives()) {
      String kind =
          switch (drive.type()) {
            case DISK -> "Disk ";
            case DVD -> "DVD ";
            case FLOPPY -> "Floppy ";
          };
      disks.put(kind + number++, drive.file().toString());
    }
    fill(drives, disks.isEmpty() ? Map.of("Drives", "none") : disks);
  }

  private static void fill(GridPane grid, Map<String, String> facts) {
    grid.getChildren().clear();
    int line = 0;
    for (Map.Entry<String, String> fact : facts.entrySet()) {
      Label name = new Label(fact.getKey());
      name.getStyleClass().add("name");
      Label value = new Label(fact.getValue());
      value.setWrapText(true);
      name.setLabelFor(value);
      GridPane.setValignment(name, javafx.geometry.VPos.TOP);
      grid.addRow(line++, name, value);
    }
  }
}
