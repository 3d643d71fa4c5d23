// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app;

import dev.malachite.app.console.ConsoleWindow;
import dev.malachite.app.desktop.ActionRunner;
import dev.malachite.app.desktop.Background;
import dev.malachite.app.desktop.Dialogs;
import dev.malachite.app.desktop.Theme;
import dev.malachite.app.desktop.Windows;
import dev.malachite.app.gallery.Gallery;
import dev.malachite.app.manager.ManagerWindow;
import dev.malachite.app.settings.SettingsWindow;
import dev.malachite.app.wizard.NewMachineWizard;
import dev.malachite.app.wizard.QuickCreateWindow;
import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.control.MachineManager;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import javafx.application.Platform;
import javafx.collections.ListChangeListener;
import javafx.stage.Window;
import org.jspecify.annotations.Nullable;

/** All windows of this process. On the user interface's thread, but for {@link #run}. */
public final class Desktop implements Windows {
  private final MachineManager manager;
  private final Gallery gallery;
  private final Background background = new Background();
  private final ActionRunner actions;
  private final Map<UUID, ConsoleWindow> consoles = new HashMap<>();
  private @Nullable ManagerWindow managerWindow;
  private @Nullable QuickCreateWindow quickCreateWindow;

  /** No windows yet, for the machines of a manager. */
  public Desktop(MachineManager manager) {
    this.manager = manager;
    gallery = new Gallery(manager.catalogue().folders());
    actions = new ActionRunner(manager, background);
  }

  /** True if there is a display to show windows on. */
  public static boolean hasDisplay() {
    String display = System.getenv("DISPLAY");
    return display != null && !display.isEmpty();
  }

  /**
   * Shows windows until the last of them is closed. Once in a process.
   *
   * @param first opens the first ones
   * @throws UnsupportedOperationException if the display can't be opened
   */
  public static void run(MachineManager manager, Consumer<? super Windows> first)
      throws InterruptedException {
    CountDownLatch closed = new CountDownLatch(1);
    Platform.setImplicitExit(false);
    Platform.startup(
        () -> {
          Theme.follow();
          Desktop desktop = new Desktop(manager);
          Window.getWindows()
              .addListener(
                  (ListChangeListener<Window>)
                      change -> {
                        if (Window.getWindows().isEmpty()) {
                          desktop.background.close();
                          closed.countDown();
                        }
                      });
          first.accept(desktop);
        });
    closed.await();
    Platform.exit();
  }

  @Override
  public void manager() {
    if (managerWindow == null) {
      managerWindow = new ManagerWindow(manager, background, actions, this);
    }
    managerWindow.show();
  }

  @Override
  public void console(UUID machine) {
    ConsoleWindow open = consoles.get(machine);
    if (open != null) {
      open.show();
      return;
    }
    background.run(
        () -> manager.catalogue().get(machine),
        entry -> console(entry),
        failure -> Dialogs.failure(null, "The console can't be opened", failure));
  }

  private void console(MachineEntry entry) {
    consoles
        .computeIfAbsent(
            entry.settings().id(),
            id -> new ConsoleWindow(manager, background, actions, entry, () -> consoles.remove(id)))
        .show();
  }

  @Override
  public void settings(UUID machine) {
    background.run(
        () -> manager.catalogue().get(machine),
        entry -> new SettingsWindow(manager, background, entry).show(),
        failure -> Dialogs.failure(null, "The settings can't be read", failure));
  }

  @Override
  public void quickCreate() {
    if (quickCreateWindow == null) {
      quickCreateWindow = new QuickCreateWindow(gallery, manager, background, this);
    }
    quickCreateWindow.show();
  }

  @Override
  public void newMachine() {
    new NewMachineWizard(manager, background).show();
  }
}
