// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.manager;

import dev.malachite.app.desktop.Background;
import dev.malachite.app.desktop.ScreenFile;
import dev.malachite.engine.control.MachineManager;
import dev.malachite.engine.control.ScreenPicture;
import dev.malachite.engine.control.WorkerClient;
import dev.malachite.engine.control.WorkerListener;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.UUID;
import javafx.animation.Animation;
import javafx.animation.KeyFrame;
import javafx.animation.Timeline;
import javafx.scene.control.Label;
import javafx.scene.image.Image;
import javafx.scene.image.ImageView;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.StackPane;
import org.jspecify.annotations.Nullable;

/** A machine's screen in small, taken every two seconds. On the user interface's thread. */
final class Thumbnail extends StackPane {
  private static final double WIDTH = 280;
  private static final double HEIGHT = 175;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final javafx.util.Duration INTERVAL = javafx.util.Duration.seconds(2);

  private final MachineManager manager;
  private final Background background;
  private final ImageView view = new ImageView();
  private final Label label = new Label();
  private final Timeline clock = new Timeline(new KeyFrame(INTERVAL, event -> take()));
  private @Nullable UUID machine;
  private boolean underWay;

  Thumbnail(MachineManager manager, Background background) {
    this.manager = manager;
    this.background = background;
    getStyleClass().addAll("thumbnail", "screen");
    setPrefSize(WIDTH, HEIGHT);
    setMinSize(WIDTH, HEIGHT);
    setMaxSize(WIDTH, HEIGHT);
    view.setPreserveRatio(true);
    view.setFitWidth(WIDTH - 8);
    view.setFitHeight(HEIGHT - 8);
    getChildren().addAll(label, view);
    setAccessibleText("The machine's screen");
    clock.setCycleCount(Animation.INDEFINITE);
  }

  /** Shows a machine's screen, or a word instead. */
  void show(@Nullable UUID running, String word) {
    label.setText(word);
    if (running == null) {
      clock.stop();
      view.setImage(null);
      machine = null;
    } else if (!running.equals(machine)) {
      view.setImage(null);
      machine = running;
      take();
      clock.playFromStart();
    }
  }

  private void take() {
    UUID id = machine;
    if (id == null || underWay) {
      return;
    }
    underWay = true;
    background.run(
        () -> picture(id),
        image -> {
          underWay = false;
          if (id.equals(machine)) {
            view.setImage(image);
          }
        },
        // It may have ended just now.
        failure -> underWay = false);
  }

  private @Nullable Image picture(UUID id) throws IOException {
    try (WorkerClient client = manager.connect(id, WorkerListener.NONE)) {
      ScreenPicture picture = WorkerClient.await(client.service().captureScreen(), PATIENCE);
      if (picture.file() == null) {
        return null;
      }
      try (ScreenFile file = new ScreenFile(picture);
          Arena arena = Arena.ofConfined()) {
        int width = picture.width();
        int height = picture.height();
        MemorySegment pixels = arena.allocate(4L * width * height, 4);
        file.copy(0, 0, width, height, pixels);
        WritableImage image = new WritableImage(width, height);
        image
            .getPixelWriter()
            .setPixels(
                0,
                0,
                width,
                height,
                PixelFormat.getIntArgbInstance(),
                pixels.toArray(ValueLayout.JAVA_INT),
                0,
                width);
        return image;
      }
    }
  }
}
