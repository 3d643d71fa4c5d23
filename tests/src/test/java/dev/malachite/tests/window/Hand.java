// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javafx.application.ColorScheme;
import javafx.application.Platform;
import javafx.geometry.Bounds;
import javafx.scene.Node;
import javafx.scene.control.Labeled;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseButton;
import javafx.scene.robot.Robot;
import javafx.stage.Stage;
import javafx.stage.Window;
import org.jspecify.annotations.Nullable;

/** A user's hand on mouse and keyboard, and their eyes; events go by way of the display. */
final class Hand {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static boolean started;

  private Hand() {}

  /** Starts the user interface, once. */
  static synchronized void start() throws InterruptedException {
    if (!started) {
      CountDownLatch ready = new CountDownLatch(1);
      Platform.setImplicitExit(false);
      Platform.startup(ready::countDown);
      ready.await();
      started = true;
      fx(
          () -> {
            dev.malachite.app.desktop.Theme.set(ColorScheme.LIGHT);
            return null;
          });
    }
  }

  /** Does something on the user interface's thread. */
  static <T> T fx(Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Platform.runLater(
        () -> {
          try {
            result.complete(work.call());
          } catch (Exception | AssertionError e) {
            result.completeExceptionally(e);
          }
        });
    return result.orTimeout(60, TimeUnit.SECONDS).join();
  }

  /** Waits until something is seen. */
  static void await(String what, Callable<Boolean> seen) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!fx(seen)) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** The window with a title, or null. */
  static @Nullable Stage window(Predicate<String> title) {
    for (Window window : Window.getWindows()) {
      if (window instanceof Stage stage
          && stage.isShowing()
          && title.test(String.valueOf(stage.getTitle()))) {
        return stage;
      }
    }
    return null;
  }

  /** What can be pressed and says something, visible in a window, or null. */
  static @Nullable Node labeled(Stage stage, String style, String text) {
    for (Node node : stage.getScene().getRoot().lookupAll(style)) {
      if (node instanceof Labeled labeled && text.equals(labeled.getText()) && visible(node)) {
        return node;
      }
    }
    return null;
  }

  private static boolean visible(Node node) {
    for (Node n = node; n != null; n = n.getParent()) {
      if (!n.isVisible()) {
        return false;
      }
    }
    return true;
  }

  /** Waits for something with a text and clicks it. */
  static void click(Stage stage, String style, String text, int times) throws InterruptedException {
    await(text + " in " + stage.getTitle(), () -> labeled(stage, style, text) != null);
    fx(
        () -> {
          click(Objects.requireNonNull(labeled(stage, style, text), text), times);
          return null;
        });
  }

  /** Clicks a node's middle. On the user interface's thread. */
  static void click(Node node, int times) {
    Bounds at = node.localToScreen(node.getBoundsInLocal());
    Robot robot = new Robot();
    robot.mouseMove(at.getCenterX(), at.getCenterY());
    for (int i = 0; i < times; i++) {
      robot.mouseClick(MouseButton.PRIMARY);
    }
  }

  /** Types a key, with others held down. */
  static void type(KeyCode key, KeyCode... held) {
    fx(
        () -> {
          Robot robot = new Robot();
          for (KeyCode each : held) {
            robot.keyPress(each);
          }
          robot.keyType(key);
          for (KeyCode each : held) {
            robot.keyRelease(each);
          }
          return null;
        });
  }
}
