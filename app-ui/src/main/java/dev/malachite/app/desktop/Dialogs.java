// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.desktop;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.Optional;
import javafx.scene.control.Alert;
import javafx.scene.control.ButtonBar.ButtonData;
import javafx.scene.control.ButtonType;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextInputDialog;
import javafx.stage.Window;
import org.jspecify.annotations.Nullable;

/** Messages and questions. On the user interface's thread. */
public final class Dialogs {
  private static final double WIDTH = 520;

  private Dialogs() {}

  /** Says what failed and why; where in the program is folded away. */
  public static void failure(@Nullable Window owner, String what, Exception why) {
    Alert alert = new Alert(Alert.AlertType.ERROR);
    prepare(alert, owner, what, describe(why));
    StringWriter trace = new StringWriter();
    why.printStackTrace(new PrintWriter(trace));
    TextArea details = new TextArea(trace.toString());
    details.setEditable(false);
    details.setAccessibleText("Details");
    alert.getDialogPane().setExpandableContent(details);
    alert.show();
  }

  /** A failure in a sentence for people. */
  public static String describe(Exception why) {
    String message = Objects.requireNonNullElse(why.getMessage(), "");
    return switch (why) {
      case NoSuchFileException _ -> message + ": there is no such file";
      case AccessDeniedException _ -> message + ": no permission";
      case FileSystemException file when file.getReason() == null ->
          message + ": " + why.getClass().getSimpleName();
      default -> message.isEmpty() ? why.getClass().getSimpleName() : message;
    };
  }

  /**
   * Asks before something is lost.
   *
   * @param verb the button that does it
   */
  public static boolean confirm(@Nullable Window owner, String question, String loss, String verb) {
    ButtonType yes = new ButtonType(verb, ButtonData.OK_DONE);
    Alert alert = new Alert(Alert.AlertType.CONFIRMATION, loss, ButtonType.CANCEL, yes);
    prepare(alert, owner, question, loss);
    return alert.showAndWait().filter(yes::equals).isPresent();
  }

  /** Tells something. */
  public static void say(@Nullable Window owner, String header, String text) {
    Alert alert = new Alert(Alert.AlertType.INFORMATION);
    prepare(alert, owner, header, text);
    alert.show();
  }

  /** Asks for a line of text. */
  public static Optional<String> ask(
      @Nullable Window owner, String question, String label, String proposal) {
    TextInputDialog dialog = new TextInputDialog(proposal);
    dialog.initOwner(owner);
    dialog.setTitle("Malachite");
    dialog.setHeaderText(question);
    dialog.setContentText(label);
    dialog.setGraphic(null);
    return dialog.showAndWait().map(String::strip).filter(text -> !text.isEmpty());
  }

  private static void prepare(Alert alert, @Nullable Window owner, String header, String text) {
    alert.initOwner(owner);
    alert.setTitle("Malachite");
    alert.setHeaderText(header);
    alert.setContentText(text);
    alert.getDialogPane().setPrefWidth(WIDTH);
    alert.setResizable(true);
  }
}
