// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.manager;

import atlantafx.base.theme.Styles;
import dev.malachite.app.desktop.ActionRunner;
import dev.malachite.app.desktop.Background;
import dev.malachite.app.desktop.Dialogs;
import dev.malachite.app.desktop.Icons;
import dev.malachite.app.desktop.MachineAction;
import dev.malachite.app.desktop.Theme;
import dev.malachite.app.desktop.Windows;
import dev.malachite.engine.catalogue.BrokenMachine;
import dev.malachite.engine.control.MachineManager;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import javafx.application.Platform;
import javafx.collections.FXCollections;
import javafx.collections.ListChangeListener;
import javafx.collections.ObservableList;
import javafx.collections.transformation.FilteredList;
import javafx.geometry.Orientation;
import javafx.geometry.Pos;
import javafx.scene.Scene;
import javafx.scene.control.Button;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.Label;
import javafx.scene.control.Menu;
import javafx.scene.control.MenuBar;
import javafx.scene.control.MenuItem;
import javafx.scene.control.Separator;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.SplitPane;
import javafx.scene.control.TextField;
import javafx.scene.control.TreeItem;
import javafx.scene.control.TreeView;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.stage.Stage;
import org.jspecify.annotations.Nullable;

/** The manager: hosts, machines, what they do, and what can be done. User interface's thread. */
public final class ManagerWindow {
  private static final double WIDTH = 1180;
  private static final double HEIGHT = 720;
  private static final double SIDE = 190;

  private final MachineManager manager;
  private final Windows windows;
  private final ActionRunner actions;
  private final Stage stage = new Stage();
  private final ObservableList<MachineRow> rows = FXCollections.observableArrayList();
  private final Map<UUID, MachineRow> byId = new HashMap<>();
  private final FilteredList<MachineRow> found = new FilteredList<>(rows);
  private final MachineTable table = new MachineTable(found);
  private final Details details;
  private final TextField search = new TextField();
  private final Label statusBar = new Label();
  private final Label machineTitle = new Label();
  private final VBox machineActions = new VBox();
  private final Map<MachineAction, Button> buttons = new EnumMap<>(MachineAction.class);
  private final Button connect = new Button("Connect…");
  private final Button settings = new Button("Settings…");
  private @Nullable MachineWatch watch;

  /** A window that isn't shown yet. */
  public ManagerWindow(
      MachineManager manager, Background background, ActionRunner actions, Windows windows) {
    this.manager = manager;
    this.windows = windows;
    this.actions = actions;
    details = new Details(manager, background);
    BorderPane root = new BorderPane();
    root.setTop(new VBox(menus(), bar()));
    root.setLeft(hosts());
    root.setCenter(middle());
    root.setRight(side());
    statusBar.getStyleClass().add("status-bar");
    statusBar.setMaxWidth(Double.MAX_VALUE);
    root.setBottom(statusBar);
    Scene scene = new Scene(root, WIDTH, HEIGHT);
    Theme.style(scene);
    keys(scene);
    stage.setScene(scene);
    stage.setTitle("Malachite Manager");
    stage.setOnHidden(event -> stopWatching());
    selectionChanged();
  }

  /** Shows it, or brings it forward. */
  public void show() {
    if (!stage.isShowing()) {
      stage.show();
      watch = new MachineWatch(manager, report -> Platform.runLater(() -> show(report)));
      table.requestFocus();
    }
    stage.toFront();
  }

  /** Its stage. */
  public Stage stage() {
    return stage;
  }

  private void stopWatching() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
    details.show(null);
  }

  private void look() {
    if (watch != null) {
      watch.look();
    }
  }

  // ---- layout --------------------------------------------------------------------------------

  private MenuBar menus() {
    MenuItem quick = item("Quick Create…", windows::quickCreate);
    quick.setAccelerator(
        new KeyCodeCombination(KeyCode.Q, KeyCombination.SHORTCUT_DOWN, KeyCombination.SHIFT_DOWN));
    MenuItem fresh = item("New machine…", windows::newMachine);
    fresh.setAccelerator(new KeyCodeCombination(KeyCode.N, KeyCombination.SHORTCUT_DOWN));
    MenuItem close = item("Close", stage::close);
    close.setAccelerator(new KeyCodeCombination(KeyCode.W, KeyCombination.SHORTCUT_DOWN));
    Menu file = new Menu("_File", null, quick, fresh, new SeparatorMenuItem(), close);
    Menu action = new Menu("_Action");
    action.setOnShowing(event -> action.getItems().setAll(machineItems()));
    action.getItems().add(new MenuItem("No machine is selected"));
    Menu view = new Menu("_View", null, item("Refresh", this::look));
    Menu help = new Menu("_Help", null, item("About Malachite", this::about));
    return new MenuBar(file, action, view, help);
  }

  private static MenuItem item(String title, Runnable work) {
    MenuItem item = new MenuItem(title);
    item.setOnAction(event -> work.run());
    return item;
  }

  private HBox bar() {
    search.setPromptText("Search machines");
    search.setAccessibleText("Search machines");
    search.setPrefColumnCount(22);
    search.textProperty().addListener((property, before, now) -> filter(now));
    Label title = new Label("Virtual machines");
    title.getStyleClass().add(Styles.TITLE_4);
    Region space = new Region();
    HBox.setHgrow(space, Priority.ALWAYS);
    HBox bar = new HBox(10, title, space, search);
    bar.setAlignment(Pos.CENTER_LEFT);
    bar.setStyle("-fx-padding: 8 12 8 12;");
    return bar;
  }

  private TreeView<String> hosts() {
    TreeItem<String> root = new TreeItem<>("Hosts");
    root.getChildren().add(new TreeItem<>("This computer", Icons.of("malachite", 16)));
    root.setExpanded(true);
    TreeView<String> tree = new TreeView<>(root);
    tree.setShowRoot(false);
    tree.getSelectionModel().select(0);
    tree.setPrefWidth(160);
    tree.setAccessibleText("Hosts");
    tree.getStyleClass().addAll("hosts", Styles.DENSE);
    return tree;
  }

  private SplitPane middle() {
    Label title = new Label("No virtual machines yet");
    title.getStyleClass().add("empty-title");
    Button create = new Button("Quick Create…");
    create.getStyleClass().add(Styles.ACCENT);
    create.setOnAction(event -> windows.quickCreate());
    Label hint =
        new Label("Quick Create builds a Debian machine here, or takes an ISO, VHD or VHDX.");
    hint.getStyleClass().add(Styles.TEXT_MUTED);
    VBox empty = new VBox(12, Icons.of("malachite", 64), title, hint, create);
    empty.setAlignment(Pos.CENTER);
    table.setPlaceholder(empty);
    table
        .getSelectionModel()
        .getSelectedItems()
        .addListener((ListChangeListener<MachineRow>) change -> selectionChanged());
    table.setRowFactory(
        view -> {
          javafx.scene.control.TableRow<MachineRow> row = new javafx.scene.control.TableRow<>();
          row.setOnMouseClicked(
              event -> {
                MachineRow machine = row.getItem();
                if (machine != null
                    && event.getButton() == MouseButton.PRIMARY
                    && event.getClickCount() == 2) {
                  windows.console(machine.id());
                }
              });
          return row;
        });
    ContextMenu menu = new ContextMenu();
    menu.setOnShowing(event -> menu.getItems().setAll(machineItems()));
    menu.getItems().add(new MenuItem("No machine is selected"));
    table.setContextMenu(menu);
    SplitPane middle = new SplitPane(table, details);
    middle.setOrientation(Orientation.VERTICAL);
    middle.setDividerPositions(0.58);
    return middle;
  }

  private VBox side() {
    Label host = new Label("This computer");
    host.getStyleClass().add("pane-title");
    Button quick = action("Quick Create…", windows::quickCreate);
    Button fresh = action("New machine…", windows::newMachine);
    Button refresh = action("Refresh", this::look);
    machineTitle.getStyleClass().add("pane-title");
    machineTitle.setMaxWidth(SIDE);
    prepare(connect, this::connect);
    prepare(settings, this::settings);
    machineActions.getChildren().addAll(connect, settings);
    for (MachineAction each : MachineAction.values()) {
      Button button = action(each.label(), () -> run(each));
      buttons.put(each, button);
      machineActions.getChildren().add(button);
    }
    VBox side =
        new VBox(host, quick, fresh, refresh, new Separator(), machineTitle, machineActions);
    side.getStyleClass().add("actions");
    side.setPrefWidth(SIDE);
    side.setMinWidth(SIDE);
    return side;
  }

  private static Button action(String title, Runnable work) {
    Button button = new Button(title);
    prepare(button, work);
    return button;
  }

  private static void prepare(Button button, Runnable work) {
    button.setOnAction(event -> work.run());
    button.setMaxWidth(Double.MAX_VALUE);
    button.getStyleClass().add(Styles.FLAT);
    // A button that doesn't apply takes no place.
    button.managedProperty().bind(button.visibleProperty());
  }

  private void keys(Scene scene) {
    scene
        .getAccelerators()
        .put(new KeyCodeCombination(KeyCode.F, KeyCombination.SHORTCUT_DOWN), search::requestFocus);
    scene.getAccelerators().put(new KeyCodeCombination(KeyCode.F5), this::look);
    table.addEventHandler(
        KeyEvent.KEY_PRESSED,
        event -> {
          if (event.getCode() == KeyCode.ENTER) {
            connect();
          } else if (event.getCode() == KeyCode.DELETE) {
            run(MachineAction.DELETE);
          }
        });
  }

  // ---- what happens --------------------------------------------------------------------------

  private void show(MachineWatch.Report report) {
    Map<UUID, MachineRow> gone = new HashMap<>(byId);
    for (MachineSample sample : report.machines()) {
      UUID id = sample.entry().settings().id();
      gone.remove(id);
      MachineRow row = byId.get(id);
      if (row == null) {
        row = new MachineRow(sample.entry());
        row.show(sample);
        byId.put(id, row);
        rows.add(row);
      } else {
        row.show(sample);
      }
    }
    for (MachineRow row : gone.values()) {
      byId.remove(row.id());
      rows.remove(row);
    }
    long running = report.machines().stream().filter(m -> m.state().isLive()).count();
    statusBar.setText(
        rows.size()
            + (rows.size() == 1 ? " machine, " : " machines, ")
            + running
            + " running"
            + broken(report.broken()));
    selectionChanged();
  }

  private static String broken(List<BrokenMachine> broken) {
    return broken.stream()
        .map(each -> " · " + each.folder() + ": " + each.reason())
        .collect(Collectors.joining());
  }

  private void filter(String text) {
    String wanted = text.strip().toLowerCase(Locale.ROOT);
    found.setPredicate(
        row ->
            wanted.isEmpty()
                || row.nameProperty().get().toLowerCase(Locale.ROOT).contains(wanted)
                || row.stateProperty().get().description().contains(wanted)
                || row.entry().settings().group().toLowerCase(Locale.ROOT).contains(wanted));
  }

  private List<MachineRow> selected() {
    return List.copyOf(table.getSelectionModel().getSelectedItems());
  }

  private void selectionChanged() {
    List<MachineRow> selected =
        table.getSelectionModel().getSelectedItems().stream().filter(row -> row != null).toList();
    machineTitle.setText(
        switch (selected.size()) {
          case 0 -> "";
          case 1 -> selected.getFirst().nameProperty().get();
          default -> selected.size() + " machines";
        });
    connect.setVisible(selected.size() == 1);
    settings.setVisible(selected.size() == 1);
    for (MachineAction each : MachineAction.values()) {
      Button button = buttons.get(each);
      if (button != null) {
        button.setVisible(applies(each, selected));
      }
    }
    details.show(selected.size() == 1 ? selected.getFirst() : null);
  }

  private static boolean applies(MachineAction action, List<MachineRow> selected) {
    return selected.stream().anyMatch(row -> action.applies(row.stateProperty().get()));
  }

  private List<MenuItem> machineItems() {
    List<MachineRow> selected = selected();
    List<MenuItem> items = new java.util.ArrayList<>();
    if (selected.size() == 1) {
      items.add(item("Connect…", this::connect));
      items.add(item("Settings…", this::settings));
    }
    for (MachineAction each : MachineAction.values()) {
      if (applies(each, selected)) {
        items.add(item(each.label(), () -> run(each)));
      }
    }
    if (items.isEmpty()) {
      MenuItem none = new MenuItem("No machine is selected");
      none.setDisable(true);
      items.add(none);
    }
    return items;
  }

  private void connect() {
    List<MachineRow> selected = selected();
    if (selected.size() == 1) {
      windows.console(selected.getFirst().id());
    }
  }

  private void settings() {
    List<MachineRow> selected = selected();
    if (selected.size() == 1) {
      windows.settings(selected.getFirst().id());
    }
  }

  private void run(MachineAction action) {
    List<ActionRunner.Target> targets =
        selected().stream()
            .filter(row -> action.applies(row.stateProperty().get()))
            .map(row -> new ActionRunner.Target(row.id(), row.nameProperty().get()))
            .toList();
    actions.run(stage, action, targets, this::look);
  }

  private void about() {
    Dialogs.say(
        stage, "Malachite", "Client Hyper-V for any developer workstation.\nApache License 2.0.");
  }
}
