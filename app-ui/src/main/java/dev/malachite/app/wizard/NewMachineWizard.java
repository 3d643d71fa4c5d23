// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.wizard;

import atlantafx.base.theme.Styles;
import dev.malachite.app.desktop.Background;
import dev.malachite.app.desktop.Dialogs;
import dev.malachite.app.desktop.Texts;
import dev.malachite.app.desktop.Theme;
import dev.malachite.engine.control.MachineManager;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import javafx.geometry.Insets;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.Button;
import javafx.scene.control.Control;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.control.RadioButton;
import javafx.scene.control.Spinner;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;
import javafx.stage.Stage;
import org.jspecify.annotations.Nullable;

/** A new machine, page by page; Finish serves on every page. On the user interface's thread. */
public final class NewMachineWizard {
  private static final double WIDTH = 760;
  private static final double HEIGHT = 440;
  private static final long MEBIBYTE = 1L << 20;
  private static final long GIBIBYTE = 1L << 30;

  private record Page(String title, String hint, Node content) {}

  private final MachineManager manager;
  private final Background background;
  private final Stage stage = new Stage();
  private final TextField name = new TextField("New machine");
  private final RadioButton second = new RadioButton("_Generation 2: UEFI, Secure Boot");
  private final RadioButton first = new RadioButton("G_eneration 1: BIOS, IDE");
  private final Spinner<Integer> memory = new Spinner<>(32, 1 << 20, 2048, 256);
  private final Spinner<Integer> processors = new Spinner<>(1, 64, 2);
  private final RadioButton newDisk = new RadioButton("_Create a dynamic VHDX");
  private final RadioButton oldDisk = new RadioButton("_Use a disk that is there");
  private final RadioButton noDisk = new RadioButton("_Add a disk later");
  private final Spinner<Integer> size = new Spinner<>(1, 64 << 10, 64, 8);
  private final TextField disk = new TextField();
  private final TextField dvd = new TextField();
  private final Label summary = new Label();
  private final Label title = new Label();
  private final Label hint = new Label();
  private final BorderPane middle = new BorderPane();
  private final ListView<String> steps = new ListView<>();
  private final Button back = new Button("_Back");
  private final Button next = new Button("_Next");
  private final Button finish = new Button("_Finish");
  private final List<Page> pages;
  private int page;

  /** A wizard that isn't shown yet. */
  public NewMachineWizard(MachineManager manager, Background background) {
    this.manager = manager;
    this.background = background;
    pages = pages();
    steps.getItems().setAll(pages.stream().map(Page::title).toList());
    steps.setPrefWidth(215);
    steps.setAccessibleText("Pages");
    steps
        .getSelectionModel()
        .selectedIndexProperty()
        .addListener((property, before, now) -> go(now.intValue()));
    title.getStyleClass().add(Styles.TITLE_3);
    hint.getStyleClass().add(Styles.TEXT_MUTED);
    hint.setWrapText(true);
    VBox head = new VBox(4, title, hint);
    head.setPadding(new Insets(0, 0, 14, 0));
    middle.setTop(head);
    middle.setPadding(new Insets(16));
    Button cancel = new Button("Cancel");
    cancel.setCancelButton(true);
    cancel.setOnAction(event -> stage.close());
    back.setOnAction(event -> go(page - 1));
    next.setOnAction(event -> go(page + 1));
    next.setDefaultButton(true);
    finish.setOnAction(event -> finish());
    Region space = new Region();
    HBox.setHgrow(space, Priority.ALWAYS);
    HBox buttons = new HBox(8, space, back, next, finish, cancel);
    buttons.setPadding(new Insets(12, 16, 14, 16));
    BorderPane root = new BorderPane(middle);
    root.setLeft(steps);
    root.setBottom(buttons);
    Scene scene = new Scene(root, WIDTH, HEIGHT);
    Theme.style(scene);
    stage.setScene(scene);
    stage.setTitle("New machine");
    go(0);
  }

  /** Shows it. */
  public void show() {
    stage.show();
    stage.toFront();
    name.requestFocus();
    name.selectAll();
  }

  /** Its stage. */
  public Stage stage() {
    return stage;
  }

  private List<Page> pages() {
    ToggleGroup generation = new ToggleGroup();
    first.setToggleGroup(generation);
    second.setToggleGroup(generation);
    second.setSelected(true);
    ToggleGroup disks = new ToggleGroup();
    newDisk.setToggleGroup(disks);
    oldDisk.setToggleGroup(disks);
    noDisk.setToggleGroup(disks);
    newDisk.setSelected(true);
    memory.setEditable(true);
    processors.setEditable(true);
    size.setEditable(true);
    size.disableProperty().bind(newDisk.selectedProperty().not());
    Node chooseDisk = chooser(disk, "Disk", "*.vhdx", "*.vhd", "*.avhdx", "*.raw", "*.img");
    chooseDisk.disableProperty().bind(oldDisk.selectedProperty().not());
    summary.setWrapText(true);
    return List.of(
        new Page(
            "Name",
            "The machine's folder in your catalogue is made for it.",
            rows(field("_Name", name))),
        new Page(
            "Generation",
            "It can't be changed later. Take 2 for any system that starts by UEFI.",
            rows(second, first)),
        new Page(
            "Memory and processors",
            "Both can be changed while the machine is off.",
            rows(field("_Memory (MiB)", memory), field("_Processors", processors))),
        new Page(
            "Disk",
            "A dynamic disk grows as the guest writes to it.",
            rows(newDisk, field("_Size (GiB)", size), oldDisk, chooseDisk, noDisk)),
        new Page(
            "Installation",
            "An ISO image to install a system from; leave it empty if the disk has one.",
            rows(chooser(dvd, "ISO image", "*.iso", "*.ISO"))),
        new Page("Summary", "Finish makes this machine.", rows(summary)));
  }

  private static VBox rows(Node... rows) {
    return new VBox(10, rows);
  }

  private static Node field(String label, Control control) {
    Label name = new Label(label);
    name.setMnemonicParsing(true);
    name.setLabelFor(control);
    name.setMinWidth(110);
    control.setPrefWidth(240);
    HBox row = new HBox(10, name, control);
    row.setAlignment(Pos.CENTER_LEFT);
    return row;
  }

  private Node chooser(TextField field, String what, String... endings) {
    field.setPromptText(what);
    field.setAccessibleText(what);
    Button browse = new Button("Browse…");
    browse.setOnAction(
        event -> {
          FileChooser chooser = new FileChooser();
          chooser.setTitle(what);
          chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter(what, endings));
          File file = chooser.showOpenDialog(stage);
          if (file != null) {
            field.setText(file.getPath());
          }
        });
    HBox row = new HBox(8, field, browse);
    HBox.setHgrow(field, Priority.ALWAYS);
    return row;
  }

  private void go(int number) {
    if (number < 0 || number >= pages.size()) {
      return;
    }
    page = number;
    Page now = pages.get(number);
    title.setText(now.title());
    hint.setText(now.hint());
    if (number == pages.size() - 1) {
      summary.setText(describe(chosen()));
    }
    middle.setCenter(now.content());
    steps.getSelectionModel().select(number);
    back.setDisable(number == 0);
    next.setDisable(number == pages.size() - 1);
  }

  private NewMachine chosen() {
    return new NewMachine(
        name.getText().strip(),
        second.isSelected() ? 2 : 1,
        memory.getValue() * MEBIBYTE,
        processors.getValue(),
        newDisk.isSelected() ? size.getValue() * GIBIBYTE : 0,
        oldDisk.isSelected() ? path(disk) : null,
        path(dvd));
  }

  private static @Nullable Path path(TextField field) {
    String text = field.getText().strip();
    return text.isEmpty() ? null : Path.of(text);
  }

  private static String describe(NewMachine machine) {
    String disk =
        machine.newDisk() > 0
            ? "a new dynamic disk of " + Texts.size(machine.newDisk())
            : machine.disk() == null ? "none" : machine.disk().toString();
    return "Name: "
        + machine.name()
        + "\nGeneration: "
        + machine.generation()
        + "\nMemory: "
        + Texts.size(machine.memory())
        + "\nProcessors: "
        + machine.processors()
        + "\nDisk: "
        + disk
        + "\nDVD: "
        + (machine.dvd() == null ? "none" : machine.dvd());
  }

  private void finish() {
    finish.setDisable(true);
    NewMachine machine = chosen();
    background.run(
        () -> machine.create(manager.catalogue()),
        made -> stage.close(),
        failure -> {
          finish.setDisable(false);
          Dialogs.failure(stage, "The machine was not made", failure);
        });
  }
}
