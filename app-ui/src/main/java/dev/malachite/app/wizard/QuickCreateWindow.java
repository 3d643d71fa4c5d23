// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.wizard;

import atlantafx.base.theme.Styles;
import dev.malachite.app.desktop.Background;
import dev.malachite.app.desktop.Dialogs;
import dev.malachite.app.desktop.Icons;
import dev.malachite.app.desktop.Texts;
import dev.malachite.app.desktop.Theme;
import dev.malachite.app.desktop.Windows;
import dev.malachite.app.gallery.Cancellation;
import dev.malachite.app.gallery.Gallery;
import dev.malachite.app.gallery.GalleryCancelledException;
import dev.malachite.app.gallery.GalleryImage;
import dev.malachite.app.gallery.GalleryProgress;
import dev.malachite.app.gallery.QuickCreate;
import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.control.MachineManager;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javafx.application.Platform;
import javafx.geometry.Insets;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.TextField;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;
import javafx.stage.Stage;
import javafx.stage.WindowEvent;
import org.jspecify.annotations.Nullable;

/** Quick Create: the gallery, one button, real progress. On the user interface's thread. */
public final class QuickCreateWindow {
  private static final double WIDTH = 820;
  private static final double HEIGHT = 520;

  private final Gallery gallery;
  private final MachineManager manager;
  private final Background background;
  private final Windows windows;
  private final Stage stage = new Stage();
  private final ListView<GalleryImage> list = new ListView<>();
  private final VBox about = new VBox(8);
  private final TextField name = new TextField();
  private final CheckBox start = new CheckBox("Start it and open its console");
  private final ProgressBar progress = new ProgressBar(0);
  private final Label stageWord = new Label();
  private final Button create = new Button("Create machine");
  private final Button local = new Button("Local installation source…");
  private final Button cancel = new Button("Close");
  private @Nullable Cancellation underWay;

  /** A window that isn't shown yet. */
  public QuickCreateWindow(
      Gallery gallery, MachineManager manager, Background background, Windows windows) {
    this.gallery = gallery;
    this.manager = manager;
    this.background = background;
    this.windows = windows;
    list.setCellFactory(view -> new ImageCell());
    list.setPrefWidth(290);
    list.setAccessibleText("Gallery");
    list.setPlaceholder(new Label("Reading the gallery…"));
    list.getSelectionModel()
        .selectedItemProperty()
        .addListener((property, before, now) -> describe(now));
    local.setOnAction(event -> chooseLocal());
    VBox left = new VBox(8, list, local);
    VBox.setVgrow(list, Priority.ALWAYS);
    left.setPadding(new Insets(12));
    name.setPromptText("The image's name");
    start.setSelected(true);
    Label nameLabel = new Label("_Name");
    nameLabel.setMnemonicParsing(true);
    nameLabel.setLabelFor(name);
    VBox choices = new VBox(6, nameLabel, name, start);
    about.setPadding(new Insets(0, 0, 12, 0));
    VBox right = new VBox(12, about, choices);
    right.setPadding(new Insets(16));
    VBox.setVgrow(about, Priority.ALWAYS);
    progress.setMaxWidth(Double.MAX_VALUE);
    progress.setVisible(false);
    progress.setAccessibleText("Progress");
    create.getStyleClass().add(Styles.ACCENT);
    create.setDefaultButton(true);
    create.setOnAction(event -> create());
    cancel.setCancelButton(true);
    cancel.setOnAction(event -> cancelOrClose());
    Region space = new Region();
    HBox.setHgrow(space, Priority.ALWAYS);
    HBox buttons = new HBox(8, stageWord, space, cancel, create);
    buttons.setAlignment(Pos.CENTER_LEFT);
    VBox bottom = new VBox(8, progress, buttons);
    bottom.setPadding(new Insets(0, 16, 14, 16));
    BorderPane root = new BorderPane(right);
    root.setLeft(left);
    root.setBottom(bottom);
    Scene scene = new Scene(root, WIDTH, HEIGHT);
    Theme.style(scene);
    stage.setScene(scene);
    stage.setTitle("Quick Create");
    stage.addEventHandler(WindowEvent.WINDOW_CLOSE_REQUEST, event -> cancelUnderWay());
    describe(null);
  }

  /** Shows it, or brings it forward. */
  public void show() {
    if (!stage.isShowing()) {
      stage.show();
      list.requestFocus();
      background.run(
          () -> {
            List<String> problems = new ArrayList<>();
            return new Reading(gallery.images(problems::add), problems);
          },
          this::fill,
          failure -> Dialogs.failure(stage, "The gallery can't be read", failure));
    }
    stage.toFront();
  }

  /** Its stage. */
  public Stage stage() {
    return stage;
  }

  private record Reading(List<GalleryImage> images, List<String> problems) {}

  private void fill(Reading reading) {
    list.getItems().setAll(reading.images());
    list.getSelectionModel().selectFirst();
    stageWord.setText(String.join("; ", reading.problems()));
  }

  private void describe(@Nullable GalleryImage image) {
    about.getChildren().clear();
    create.setDisable(image == null || underWay != null);
    if (image == null) {
      return;
    }
    Label title = new Label(image.title());
    title.getStyleClass().add(Styles.TITLE_3);
    HBox head = new HBox(12, picture(image, 48), title);
    head.setAlignment(Pos.CENTER_LEFT);
    about.getChildren().add(head);
    List<String> facts = new ArrayList<>();
    if (!image.publisher().isEmpty()) {
      facts.add(image.publisher());
    }
    if (!image.version().isEmpty()) {
      facts.add("version " + image.version());
    }
    facts.add(Texts.size(image.memory()) + " of memory");
    if (image.downloadBytes() > 0) {
      facts.add("about " + Texts.size(image.downloadBytes()) + " to fetch");
    }
    Label line = new Label(String.join(" · ", facts));
    line.getStyleClass().add(Styles.TEXT_MUTED);
    line.setWrapText(true);
    Label text = new Label(image.description());
    text.setWrapText(true);
    about.getChildren().addAll(line, text);
  }

  private static Node picture(GalleryImage image, double size) {
    String icon =
        switch (image.origin()) {
          case GalleryImage.Built _ -> "malachite";
          case GalleryImage.Downloaded _ -> "disk-vhdx";
          case GalleryImage.LocalFile file ->
              file.file().toString().endsWith(".iso") ? "disk-iso" : "disk-vhd";
        };
    return Icons.of(icon, size);
  }

  private void chooseLocal() {
    FileChooser chooser = new FileChooser();
    chooser.setTitle("Local installation source");
    chooser
        .getExtensionFilters()
        .add(
            new FileChooser.ExtensionFilter(
                "Disks and ISO images", "*.iso", "*.vhdx", "*.vhd", "*.ISO", "*.VHDX", "*.VHD"));
    File file = chooser.showOpenDialog(stage);
    if (file == null) {
      return;
    }
    background.run(
        () -> gallery.local(file.toPath()),
        image -> {
          list.getItems().addFirst(image);
          list.getSelectionModel().selectFirst();
        },
        failure -> Dialogs.failure(stage, file.getName(), failure));
  }

  // ---- creating ------------------------------------------------------------------------------

  private void create() {
    GalleryImage image = list.getSelectionModel().getSelectedItem();
    if (image == null || underWay != null) {
      return;
    }
    Cancellation cancellation = new Cancellation();
    String wanted = name.getText().strip();
    boolean starts = start.isSelected();
    busy(cancellation);
    background.run(
        () -> {
          MachineEntry made =
              new QuickCreate(gallery, manager.catalogue())
                  .create(
                      image,
                      wanted.isEmpty() ? null : wanted,
                      QuickCreate.Options.DEFAULT,
                      new Way(),
                      cancellation);
          UUID id = made.settings().id();
          if (starts) {
            manager.start(id);
          }
          return id;
        },
        id -> {
          busy(null);
          stage.close();
          if (starts) {
            windows.console(id);
          }
        },
        failure -> {
          busy(null);
          if (failure instanceof GalleryCancelledException) {
            stageWord.setText("Cancelled; nothing of it stays");
          } else {
            Dialogs.failure(stage, "The machine was not made", failure);
          }
        });
  }

  private void busy(@Nullable Cancellation cancellation) {
    underWay = cancellation;
    boolean busy = cancellation != null;
    progress.setVisible(busy);
    progress.setProgress(busy ? ProgressBar.INDETERMINATE_PROGRESS : 0);
    stageWord.setText("");
    cancel.setText(busy ? "Cancel" : "Close");
    create.setDisable(busy);
    for (Node each : List.of(list, local, name, start)) {
      each.setDisable(busy);
    }
  }

  private void cancelOrClose() {
    if (underWay != null) {
      cancelUnderWay();
    } else {
      stage.close();
    }
  }

  private void cancelUnderWay() {
    if (underWay != null) {
      underWay.cancel();
      stageWord.setText("Cancelling…");
    }
  }

  // Told on the thread that makes the machine.
  private final class Way implements GalleryProgress {
    private String sentence = "";
    private long last;

    @Override
    public void stage(String now) {
      sentence = now;
      Platform.runLater(
          () -> {
            stageWord.setText(now);
            progress.setProgress(ProgressBar.INDETERMINATE_PROGRESS);
          });
    }

    @Override
    public void advanced(long done, long total) {
      long now = System.nanoTime();
      if (total <= 0 || now - last < 50_000_000 && done < total) {
        return;
      }
      last = now;
      String text = sentence + " (" + 100 * done / total + " %)";
      Platform.runLater(
          () -> {
            stageWord.setText(text);
            progress.setProgress((double) done / total);
          });
    }
  }

  private static final class ImageCell extends ListCell<GalleryImage> {
    @Override
    protected void updateItem(GalleryImage image, boolean empty) {
      super.updateItem(image, empty);
      if (empty || image == null) {
        setText(null);
        setGraphic(null);
      } else {
        setText(image.title());
        setGraphic(picture(image, 24));
      }
    }
  }
}
