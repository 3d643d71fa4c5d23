// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.console;

import dev.malachite.app.desktop.ScreenFile;
import dev.malachite.engine.control.ScreenDirt;
import dev.malachite.engine.control.ScreenPicture;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import javafx.application.Platform;
import javafx.geometry.Rectangle2D;
import javafx.scene.control.Label;
import javafx.scene.image.ImageView;
import javafx.scene.image.PixelBuffer;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.Region;
import org.jspecify.annotations.Nullable;

/**
 * Shows a machine's screen. Pixels are copied from the worker's file, made opaque, into a buffer
 * that JavaFX draws from, only where the worker says that they have changed, and at most once for
 * each time the user interface gets round to it.
 *
 * <p>On the user interface's thread, but for {@link #dirty}.
 */
final class ScreenView extends Region {
  /** How large the screen is shown. */
  enum Scaling {
    /** As large as the window allows. */
    FIT,
    /** A pixel for a pixel. */
    EXACT,
    /** As many pixels for a pixel as the window allows. */
    WHOLE
  }

  private final ImageView view = new ImageView();
  private final Label word = new Label();
  private Scaling scaling = Scaling.FIT;
  private @Nullable ScreenFile file;
  private @Nullable PixelBuffer<IntBuffer> buffer;
  private MemorySegment pixels = MemorySegment.NULL;

  // What has changed since it was copied; guarded by this object's lock.
  private final Object lock = new Object();
  private int left;
  private int top;
  private int right;
  private int bottom;
  private boolean waiting;

  ScreenView() {
    getStyleClass().add("screen");
    setFocusTraversable(true);
    getChildren().addAll(word, view);
    setAccessibleText("The machine's screen");
  }

  /** Shows a word instead of a screen. */
  void say(String text) {
    close();
    view.setImage(null);
    word.setText(text);
    requestLayout();
  }

  /** Shows another picture from now on. */
  void show(ScreenPicture picture) throws IOException {
    if (picture.file() == null) {
      say("The guest has no picture");
      return;
    }
    close();
    ScreenFile opened = new ScreenFile(picture);
    int width = picture.width();
    int height = picture.height();
    ByteBuffer memory =
        ByteBuffer.allocateDirect(4 * width * height).order(ByteOrder.nativeOrder());
    pixels = MemorySegment.ofBuffer(memory);
    PixelBuffer<IntBuffer> made =
        new PixelBuffer<>(width, height, memory.asIntBuffer(), PixelFormat.getIntArgbPreInstance());
    file = opened;
    buffer = made;
    word.setText("");
    view.setImage(new WritableImage(made));
    dirty(0, 0, width, height);
    requestLayout();
  }

  /** Notes changes. Any thread. */
  void dirty(ScreenDirt dirt) {
    for (ScreenDirt.Rectangle r : dirt.rectangles()) {
      dirty(r.x(), r.y(), r.x() + r.width(), r.y() + r.height());
    }
  }

  private void dirty(int x, int y, int endX, int endY) {
    boolean first;
    synchronized (lock) {
      boolean nothing = right <= left || bottom <= top;
      left = nothing ? x : Math.min(left, x);
      top = nothing ? y : Math.min(top, y);
      right = nothing ? endX : Math.max(right, endX);
      bottom = nothing ? endY : Math.max(bottom, endY);
      first = !waiting;
      waiting = true;
    }
    if (first) {
      Platform.runLater(this::copy);
    }
  }

  private void copy() {
    ScreenFile from = file;
    PixelBuffer<IntBuffer> to = buffer;
    int x;
    int y;
    int endX;
    int endY;
    synchronized (lock) {
      x = Math.max(0, left);
      y = Math.max(0, top);
      endX = right;
      endY = bottom;
      left = 0;
      top = 0;
      right = 0;
      bottom = 0;
      waiting = false;
    }
    if (from == null || to == null) {
      return;
    }
    int width = Math.min(endX, to.getWidth()) - x;
    int height = Math.min(endY, to.getHeight()) - y;
    if (width > 0 && height > 0) {
      from.copy(x, y, width, height, pixels);
      to.updateBuffer(pixelBuffer -> new Rectangle2D(x, y, width, height));
    }
  }

  /** Sets how large the screen is shown. */
  void scaling(Scaling wanted) {
    scaling = wanted;
    requestLayout();
  }

  /** The picture as it is shown, or null. */
  @Nullable WritableImage image() {
    return (WritableImage) view.getImage();
  }

  /** The picture's geometry, or null. */
  @Nullable ScreenPicture picture() {
    return file == null ? null : file.picture();
  }

  @Override
  protected void layoutChildren() {
    double width = getWidth();
    double height = getHeight();
    word.autosize();
    word.relocate((width - word.getWidth()) / 2, (height - word.getHeight()) / 2);
    PixelBuffer<IntBuffer> shown = buffer;
    if (shown == null) {
      return;
    }
    double fit = Math.min(width / shown.getWidth(), height / shown.getHeight());
    double scale =
        switch (scaling) {
          case FIT -> fit;
          case EXACT -> 1 / outputScale();
          case WHOLE -> Math.max(1, Math.floor(fit * outputScale())) / outputScale();
        };
    double w = Math.max(1, shown.getWidth() * scale);
    double h = Math.max(1, shown.getHeight() * scale);
    view.setFitWidth(w);
    view.setFitHeight(h);
    view.setSmooth(scaling == Scaling.FIT && Math.abs(scale * outputScale() - 1) > 1e-6);
    view.relocate(
        Math.max(0, snapPositionX((width - w) / 2)), Math.max(0, snapPositionY((height - h) / 2)));
  }

  private double outputScale() {
    return getScene() == null || getScene().getWindow() == null
        ? 1
        : getScene().getWindow().getOutputScaleX();
  }

  @Override
  protected double computePrefWidth(double height) {
    return buffer == null ? 720 : buffer.getWidth() / outputScale();
  }

  @Override
  protected double computePrefHeight(double width) {
    return buffer == null ? 400 : buffer.getHeight() / outputScale();
  }

  /** Lets go of the worker's file. */
  void close() {
    if (file != null) {
      file.close();
    }
    file = null;
    buffer = null;
    pixels = MemorySegment.NULL;
  }
}
