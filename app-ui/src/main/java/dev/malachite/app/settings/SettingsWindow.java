// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.settings;

import atlantafx.base.theme.Styles;
import dev.malachite.app.desktop.Background;
import dev.malachite.app.desktop.Dialogs;
import dev.malachite.app.desktop.Icons;
import dev.malachite.app.desktop.Theme;
import dev.malachite.disk.DiskFormat;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineSettings;
import dev.malachite.engine.catalogue.MachineSettings.DriveSlot;
import dev.malachite.engine.catalogue.MachineSettings.DriveType;
import dev.malachite.engine.catalogue.MachineState;
import dev.malachite.engine.catalogue.SettingPaths;
import dev.malachite.engine.catalogue.SettingsException;
import dev.malachite.engine.control.MachineManager;
import dev.malachite.engine.json.JsonValue.JsonNumber;
import dev.malachite.engine.json.JsonValue.JsonString;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javafx.geometry.Insets;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.Button;
import javafx.scene.control.ChoiceBox;
import javafx.scene.control.Control;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.Spinner;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.control.TreeItem;
import javafx.scene.control.TreeView;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;
import javafx.stage.Stage;

/**
 * A machine's settings: hardware and management. Hardware can be changed while the machine is off.
 * On the user interface's thread.
 */
public final class SettingsWindow {
  private static final double WIDTH = 800;
  private static final double HEIGHT = 500;
  private static final long MEBIBYTE = 1L << 20;

  private final MachineManager manager;
  private final Background background;
  private final MachineEntry machine;
  private final Stage stage = new Stage();
  private final BorderPane middle = new BorderPane();
  private final Map<String, Node> pages = new LinkedHashMap<>();
  private final List<Consumer<SettingsChange>> readers = new ArrayList<>();
  private final boolean fixed;

  /** A window that isn't shown yet, of a machine as it is now. */
  public SettingsWindow(MachineManager manager, Background background, MachineEntry machine) {
    this.manager = manager;
    this.background = background;
    this.machine = machine;
    MachineState state = machine.state().state();
    fixed = state.isLive() || state == MachineState.SAVED;
    TreeItem<String> hardware = branch("Hardware");
    TreeItem<String> management = branch("Management");
    MachineSettings now = machine.settings();
    if (now.generation() == 2) {
      add(hardware, "Firmware", "device-firmware", firmware(now));
    }
    add(hardware, "Memory", "device-memory", memory(now));
    add(hardware, "Processor", "device-processor", processor(now));
    add(hardware, "Drives", "device-disk", drives(now));
    add(hardware, "COM 1", "device-com-port", port(now));
    add(management, "Name", "machine-off", name(now));
    add(management, "Automatic actions", "machine-running", automatic(now));
    TreeItem<String> root = new TreeItem<>();
    root.getChildren().add(hardware);
    root.getChildren().add(management);
    TreeView<String> tree = new TreeView<>(root);
    tree.setShowRoot(false);
    tree.setPrefWidth(210);
    tree.setAccessibleText("Settings");
    tree.getSelectionModel()
        .selectedItemProperty()
        .addListener((property, before, item) -> show(item));
    tree.getSelectionModel().select(hardware.getChildren().getFirst());
    Button save = new Button("Save");
    save.setDefaultButton(true);
    save.setOnAction(event -> save(save));
    Button cancel = new Button("Cancel");
    cancel.setCancelButton(true);
    cancel.setOnAction(event -> stage.close());
    Label note = new Label(fixed ? "Hardware can be changed while the machine is off." : "");
    note.getStyleClass().add(Styles.TEXT_MUTED);
    Region space = new Region();
    HBox.setHgrow(space, Priority.ALWAYS);
    HBox buttons = new HBox(8, note, space, cancel, save);
    buttons.setAlignment(Pos.CENTER_LEFT);
    buttons.setPadding(new Insets(12, 16, 14, 16));
    middle.setPadding(new Insets(16));
    BorderPane whole = new BorderPane(middle);
    whole.setLeft(tree);
    whole.setBottom(buttons);
    Scene scene = new Scene(whole, WIDTH, HEIGHT);
    Theme.style(scene);
    stage.setScene(scene);
    stage.setTitle("Settings of " + now.name());
  }

  /** Shows it. */
  public void show() {
    stage.show();
    stage.toFront();
  }

  // ---- pages ---------------------------------------------------------------------------------

  private static TreeItem<String> branch(String title) {
    TreeItem<String> item = new TreeItem<>(title);
    item.setExpanded(true);
    return item;
  }

  private void add(TreeItem<String> branch, String title, String icon, Node page) {
    branch.getChildren().add(new TreeItem<>(title, Icons.of(icon, 16)));
    if (fixed && branch.getValue().equals("Hardware")) {
      page.setDisable(true);
    }
    pages.put(title, page);
  }

  private void show(TreeItem<String> item) {
    Node page = item == null ? null : pages.get(item.getValue());
    if (page != null) {
      Label title = new Label(item.getValue());
      title.getStyleClass().add(Styles.TITLE_3);
      BorderPane.setMargin(title, new Insets(0, 0, 14, 0));
      middle.setTop(title);
      middle.setCenter(page);
    }
  }

  private static VBox rows(Node... rows) {
    return new VBox(10, rows);
  }

  private static Node row(String label, Control control) {
    Label name = new Label(label);
    name.setLabelFor(control);
    name.setMinWidth(150);
    control.setPrefWidth(280);
    HBox row = new HBox(10, name, control);
    row.setAlignment(Pos.CENTER_LEFT);
    return row;
  }

  private Control text(String path, String now) {
    TextField field = new TextField(now);
    readers.add(
        change -> {
          String wanted = field.getText().strip();
          if (!wanted.equals(now)) {
            change.set(path, new JsonString(wanted));
          }
        });
    return field;
  }

  // The words of a setting; what it is now is asked of the settings' own text.
  private Control choice(String path, Enum<?> now) {
    ChoiceBox<String> box = new ChoiceBox<>();
    try {
      box.getItems().setAll(SettingPaths.find(path).words());
    } catch (SettingsException e) {
      throw new IllegalStateException(path, e);
    }
    Enum<?>[] constants = now.getDeclaringClass().getEnumConstants();
    for (int i = 0; i < constants.length; i++) {
      if (constants[i].equals(now)) {
        box.getSelectionModel().select(i);
      }
    }
    String before = box.getValue();
    readers.add(
        change -> {
          if (!box.getValue().equals(before)) {
            change.set(path, new JsonString(box.getValue()));
          }
        });
    return box;
  }

  private Control number(String path, int least, int most, long now, long unit) {
    Spinner<Integer> spinner = new Spinner<>(least, most, (int) (now / unit));
    spinner.setEditable(true);
    readers.add(
        change -> {
          if (spinner.getValue() != now / unit) {
            change.set(path, JsonNumber.of(spinner.getValue() * unit));
          }
        });
    return spinner;
  }

  private Node firmware(MachineSettings now) {
    return rows(row("Secure Boot", choice("firmware.secureBoot", now.firmware().secureBoot())));
  }

  private Node memory(MachineSettings now) {
    return rows(
        row(
            "Memory at start (MiB)",
            number("memory.startup", 1, 1 << 21, now.memory().startup(), MEBIBYTE)));
  }

  private Node processor(MachineSettings now) {
    return rows(
        row("Virtual processors", number("processor.count", 1, 64, now.processor().count(), 1)),
        row("Engine", choice("processor.engine", now.processor().engine())));
  }

  private Node port(MachineSettings now) {
    Label hint = new Label("none, socket, socket:PATH, pty or file:PATH");
    hint.getStyleClass().add(Styles.TEXT_MUTED);
    return rows(row("Leads to", text("serial.com1", now.serial().com1())), hint);
  }

  private Node name(MachineSettings now) {
    TextArea notes = new TextArea(now.notes());
    notes.setPrefRowCount(6);
    readers.add(
        change -> {
          if (!notes.getText().equals(now.notes())) {
            change.set("notes", new JsonString(notes.getText()));
          }
        });
    return rows(
        row("Name", text("name", now.name())),
        row("Group", text("group", now.group())),
        row("Notes", notes));
  }

  private Node automatic(MachineSettings now) {
    return rows(
        row("When the computer starts", choice("automatic.start", now.automatic().start())),
        row("When it stops", choice("automatic.stop", now.automatic().stop())),
        row(
            "When the machine fails",
            choice("automatic.afterFailure", now.automatic().afterFailure())));
  }

  private Node drives(MachineSettings now) {
    ListView<DriveSlot> list = new ListView<>();
    list.getItems().setAll(now.drives());
    list.setCellFactory(view -> new DriveCell());
    list.setAccessibleText("Drives");
    list.setPrefHeight(230);
    Button disk = new Button("Add disk…");
    disk.setOnAction(event -> choose(list, DriveType.DISK, "*.vhdx", "*.vhd", "*.avhdx", "*.img"));
    Button dvd = new Button("Add DVD…");
    dvd.setOnAction(event -> choose(list, DriveType.DVD, "*.iso", "*.ISO"));
    Button remove = new Button("Remove");
    remove.disableProperty().bind(list.getSelectionModel().selectedItemProperty().isNull());
    remove.setOnAction(
        event -> list.getItems().remove(list.getSelectionModel().getSelectedIndex()));
    readers.add(
        change -> {
          if (!list.getItems().equals(now.drives())) {
            change.drives(list.getItems());
          }
        });
    return rows(list, new HBox(8, disk, dvd, remove));
  }

  private void choose(ListView<DriveSlot> list, DriveType type, String... endings) {
    FileChooser chooser = new FileChooser();
    chooser.setTitle(type == DriveType.DVD ? "ISO image" : "Disk");
    chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter(chooser.getTitle(), endings));
    File file = chooser.showOpenDialog(stage);
    if (file == null) {
      return;
    }
    Path path = file.toPath().toAbsolutePath().normalize();
    background.run(
        () -> VirtualDisks.information(path).format() == DiskFormat.ISO,
        iso -> {
          if (iso == (type == DriveType.DVD)) {
            list.getItems().add(new DriveSlot(type, path, false));
          } else {
            Dialogs.failure(
                stage,
                "Add a drive",
                new IOException(path + (iso ? ": an ISO image is a DVD" : ": no ISO image")));
          }
        },
        failure -> Dialogs.failure(stage, "Add a drive", failure));
  }

  private static final class DriveCell extends ListCell<DriveSlot> {
    @Override
    protected void updateItem(DriveSlot drive, boolean empty) {
      super.updateItem(drive, empty);
      if (empty || drive == null) {
        setText(null);
        setGraphic(null);
        return;
      }
      setText(drive.file().toString());
      String icon =
          switch (drive.type()) {
            case DISK -> "device-disk";
            case DVD -> "device-dvd";
            case FLOPPY -> "device-floppy";
          };
      setGraphic(Icons.of(icon, 18));
    }
  }

  // ---- saving --------------------------------------------------------------------------------

  private void save(Button button) {
    SettingsChange change = new SettingsChange();
    readers.forEach(reader -> reader.accept(change));
    if (change.isEmpty()) {
      stage.close();
      return;
    }
    button.setDisable(true);
    background.run(
        () -> {
          // Told at once what can't be so; the catalogue applies it to what is there by then.
          MachineSettings checked = change.apply(machine.settings());
          return manager.catalogue().update(checked.id(), settings -> applied(change, settings));
        },
        saved -> stage.close(),
        failure -> {
          button.setDisable(false);
          Dialogs.failure(stage, "The settings were not changed", failure);
        });
  }

  private static MachineSettings applied(SettingsChange change, MachineSettings settings) {
    try {
      return change.apply(settings);
    } catch (SettingsException e) {
      throw new IllegalStateException("settings that could be so a moment before", e);
    }
  }
}
