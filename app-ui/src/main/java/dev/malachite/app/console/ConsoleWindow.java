// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.console;

import atlantafx.base.theme.Styles;
import dev.malachite.app.desktop.ActionRunner;
import dev.malachite.app.desktop.Background;
import dev.malachite.app.desktop.Dialogs;
import dev.malachite.app.desktop.Icons;
import dev.malachite.app.desktop.MachineAction;
import dev.malachite.app.desktop.Screenshots;
import dev.malachite.app.desktop.Theme;
import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineState;
import dev.malachite.engine.control.KeyboardText;
import dev.malachite.engine.control.MachineManager;
import dev.malachite.engine.control.ScreenDirt;
import dev.malachite.engine.control.ScreenPicture;
import dev.malachite.engine.control.WorkerService;
import java.io.File;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import javafx.application.Platform;
import javafx.geometry.Orientation;
import javafx.geometry.Rectangle2D;
import javafx.scene.Scene;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.RadioMenuItem;
import javafx.scene.control.Separator;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.ToolBar;
import javafx.scene.control.Tooltip;
import javafx.scene.input.Clipboard;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;
import javafx.stage.Screen;
import javafx.stage.Stage;
import org.jspecify.annotations.Nullable;

/**
 * A machine's console. Closing it leaves the machine alone. All keys go to the guest while the
 * screen has the focus; Ctrl+Alt+Left takes them back, Ctrl+Alt+Enter is for the whole screen. On
 * the user interface's thread.
 */
public final class ConsoleWindow {
  private static final @Nullable PhysicalKeys KEYS = PhysicalKeys.open();

  private final MachineManager manager;
  private final Background background;
  private final ActionRunner actions;
  private final UUID id;
  private final Stage stage = new Stage();
  private final ScreenView screen = new ScreenView();
  private final Keyboard keyboard = new Keyboard(KEYS, this::strokes);
  private final Map<MachineAction, Button> buttons = new EnumMap<>(MachineAction.class);
  private final ToolBar bar = new ToolBar();
  private final Label status = new Label();
  private final Button start = new Button("Start");
  private final VBox off = new VBox(14);
  private final Label offWord = new Label();
  private final MachineLink link;
  private String name;
  private boolean sized;

  /** Opens on a machine, running or not. */
  public ConsoleWindow(
      MachineManager manager,
      Background background,
      ActionRunner actions,
      MachineEntry machine,
      Runnable closed) {
    this.manager = manager;
    this.background = background;
    this.actions = actions;
    id = machine.settings().id();
    name = machine.name();
    fillBar();
    start.getStyleClass().add(Styles.ACCENT);
    start.setOnAction(event -> run(MachineAction.START));
    off.setAlignment(javafx.geometry.Pos.CENTER);
    off.getChildren().addAll(Icons.of("machine-off", 72), offWord, start);
    off.getStyleClass().add("screen");
    StackPane middle = new StackPane(screen, off);
    BorderPane root = new BorderPane(middle);
    root.setTop(bar);
    status.getStyleClass().add("status-bar");
    status.setMaxWidth(Double.MAX_VALUE);
    root.setBottom(status);
    Scene scene = new Scene(root);
    Theme.style(scene);
    scene.addEventFilter(KeyEvent.ANY, this::key);
    screen.setOnMousePressed(event -> screen.requestFocus());
    screen.focusedProperty().addListener((property, before, now) -> focusChanged(now));
    stage.setScene(scene);
    stage.setTitle(name + " – Malachite");
    stage.setFullScreenExitKeyCombination(KeyCombination.NO_MATCH);
    stage
        .fullScreenProperty()
        .addListener(
            (property, before, now) -> {
              bar.setVisible(!now);
              bar.setManaged(!now);
              status.setVisible(!now);
              status.setManaged(!now);
            });
    stage.setOnHidden(
        event -> {
          close();
          closed.run();
        });
    show(machine);
    link = new MachineLink(manager, id, new Hearer());
  }

  /** Shows it, or brings it forward. */
  public void show() {
    stage.show();
    stage.toFront();
    screen.requestFocus();
  }

  /** Its stage. */
  public Stage stage() {
    return stage;
  }

  private void close() {
    link.close();
    screen.close();
  }

  private void fillBar() {
    Button keys = button("Ctrl+Alt+Del", keyboard::controlAltDelete);
    bar.getItems().add(keys);
    bar.getItems().add(new Separator(Orientation.VERTICAL));
    for (MachineAction each : MachineAction.values()) {
      if (each != MachineAction.DELETE && each != MachineAction.DELETE_SAVED_STATE) {
        Button button = button(each.label(), () -> run(each));
        button.managedProperty().bind(button.visibleProperty());
        buttons.put(each, button);
        bar.getItems().add(button);
      }
    }
    bar.getItems().add(new Separator(Orientation.VERTICAL));
    bar.getItems().add(button("Type clipboard text", this::typeClipboard));
    bar.getItems().add(button("Screenshot…", this::screenshot));
    bar.getItems().add(viewMenu());
  }

  private static Button button(String title, Runnable work) {
    Button button = new Button(title);
    button.getStyleClass().add(Styles.FLAT);
    button.setOnAction(event -> work.run());
    button.setFocusTraversable(false);
    return button;
  }

  private MenuButton viewMenu() {
    ToggleGroup group = new ToggleGroup();
    RadioMenuItem fit = scaling(group, "Fit to the window", ScreenView.Scaling.FIT);
    fit.setSelected(true);
    RadioMenuItem exact = scaling(group, "100 %", ScreenView.Scaling.EXACT);
    RadioMenuItem whole = scaling(group, "Whole pixels", ScreenView.Scaling.WHOLE);
    MenuItem full = new MenuItem("Full screen (Ctrl+Alt+Enter)");
    full.setOnAction(event -> stage.setFullScreen(true));
    MenuButton view = new MenuButton("View", null, fit, exact, whole, full);
    view.getStyleClass().add(Styles.FLAT);
    view.setFocusTraversable(false);
    view.setTooltip(new Tooltip("How the screen is shown"));
    return view;
  }

  private RadioMenuItem scaling(ToggleGroup group, String title, ScreenView.Scaling scaling) {
    RadioMenuItem item = new RadioMenuItem(title);
    item.setToggleGroup(group);
    item.setOnAction(event -> screen.scaling(scaling));
    return item;
  }

  // ---- the machine ---------------------------------------------------------------------------

  private final class Hearer implements MachineLink.Hearer {
    @Override
    public void state(MachineEntry entry) {
      Platform.runLater(() -> ConsoleWindow.this.show(entry));
    }

    @Override
    public void picture(ScreenPicture picture) {
      Platform.runLater(() -> ConsoleWindow.this.show(picture));
    }

    @Override
    public void dirty(ScreenDirt dirt) {
      screen.dirty(dirt);
    }

    @Override
    public void gone(IOException why) {
      Platform.runLater(stage::close);
    }
  }

  private void show(MachineEntry entry) {
    name = entry.name();
    stage.setTitle(name + " – Malachite");
    MachineState state = entry.state().state();
    for (Map.Entry<MachineAction, Button> each : buttons.entrySet()) {
      each.getValue().setVisible(each.getKey().applies(state));
    }
    boolean startable = MachineAction.START.applies(state);
    off.setVisible(startable);
    start.setText(state == MachineState.SAVED ? "Resume" : "Start");
    String reason = entry.state().reason();
    offWord.setText(name + " is " + state.description() + (reason == null ? "" : ": " + reason));
    status.setText(words(state));
    if (startable) {
      screen.say("");
    }
  }

  private String words(MachineState state) {
    String keys =
        screen.isFocused()
            ? "Keys go to the guest; Ctrl+Alt+Left takes them back"
            : "Click the screen to type";
    return state.isLive() ? "The machine is " + state.description() + " · " + keys : "";
  }

  private void show(ScreenPicture picture) {
    try {
      screen.show(picture);
    } catch (IOException e) {
      // The worker has given it up since; another one or the end comes next.
      screen.say("…");
      return;
    }
    if (!sized && picture.file() != null) {
      sized = true;
      stage.sizeToScene();
      keepOnScreen();
    }
  }

  private void keepOnScreen() {
    Rectangle2D bounds = Screen.getPrimary().getVisualBounds();
    stage.setWidth(Math.min(stage.getWidth(), bounds.getWidth()));
    stage.setHeight(Math.min(stage.getHeight(), bounds.getHeight()));
    stage.centerOnScreen();
  }

  private void run(MachineAction action) {
    actions.run(stage, action, List.of(new ActionRunner.Target(id, name)), link::lookNow);
  }

  // ---- keys ----------------------------------------------------------------------------------

  private void key(KeyEvent event) {
    boolean ours = event.isControlDown() && event.isAltDown();
    if (ours && event.getCode() == KeyCode.ENTER) {
      if (event.getEventType() == KeyEvent.KEY_PRESSED) {
        keyboard.releaseAll();
        stage.setFullScreen(!stage.isFullScreen());
      }
      event.consume();
    } else if (ours && event.getCode() == KeyCode.LEFT) {
      if (event.getEventType() == KeyEvent.KEY_PRESSED) {
        stage.setFullScreen(false);
        bar.getItems().getFirst().setFocusTraversable(true);
        bar.getItems().getFirst().requestFocus();
      }
      event.consume();
    } else if (screen.isFocused()) {
      keyboard.handle(event);
    }
  }

  private void focusChanged(boolean focused) {
    if (!focused) {
      keyboard.releaseAll();
    }
    status.setText(
        status.getText().isEmpty()
            ? ""
            : words(link.service() == null ? MachineState.STARTING : MachineState.RUNNING));
  }

  private void strokes(dev.malachite.engine.control.KeyboardKeys keys) {
    WorkerService service = link.service();
    if (service != null) {
      // Where it fails the connection has ended, which the link finds out.
      var _ = service.keys(keys);
    }
  }

  private void typeClipboard() {
    WorkerService service = link.service();
    String text = Objects.requireNonNullElse(Clipboard.getSystemClipboard().getString(), "");
    if (service == null || text.isEmpty()) {
      return;
    }
    background.run(
        () -> service.type(new KeyboardText(text)).join(),
        done -> screen.requestFocus(),
        failure -> Dialogs.failure(stage, "Type the clipboard's text", failure));
  }

  private void screenshot() {
    FileChooser chooser = new FileChooser();
    chooser.setTitle("Screenshot");
    chooser.setInitialFileName(name + ".png");
    File file = chooser.showSaveDialog(stage);
    if (file == null) {
      return;
    }
    background.run(
        () -> {
          Screenshots.write(manager, id, file.toPath());
          return file;
        },
        done -> screen.requestFocus(),
        failure -> Dialogs.failure(stage, "Screenshot", failure));
  }
}
