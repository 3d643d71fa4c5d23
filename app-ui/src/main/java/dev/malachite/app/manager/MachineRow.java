// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.manager;

import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineState;
import java.util.UUID;
import javafx.beans.property.LongProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleLongProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;

/** A machine as the manager shows it. On the user interface's thread. */
public final class MachineRow {
  /** How many values of processor use are kept: a minute's. */
  static final int HISTORY = 60;

  private final UUID id;
  private final StringProperty name = new SimpleStringProperty("");
  private final ObjectProperty<MachineState> state = new SimpleObjectProperty<>(MachineState.OFF);
  private final ObjectProperty<double[]> load = new SimpleObjectProperty<>(new double[0]);
  private final LongProperty memory = new SimpleLongProperty();
  private final LongProperty uptime = new SimpleLongProperty();
  private final StringProperty status = new SimpleStringProperty("");
  private MachineEntry entry;

  MachineRow(MachineEntry entry) {
    id = entry.settings().id();
    this.entry = entry;
  }

  /** The machine. */
  public UUID id() {
    return id;
  }

  /** The machine as it last was. */
  public MachineEntry entry() {
    return entry;
  }

  /** Its name. */
  public StringProperty nameProperty() {
    return name;
  }

  /** What it is doing. */
  public ObjectProperty<MachineState> stateProperty() {
    return state;
  }

  /** Which part of its processors it used in each of the last seconds, 0 to 1; the last is now. */
  public ObjectProperty<double[]> loadProperty() {
    return load;
  }

  /** Bytes assigned; 0 while it doesn't run. */
  public LongProperty memoryProperty() {
    return memory;
  }

  /** Milliseconds it has run; 0 while it doesn't. */
  public LongProperty uptimeProperty() {
    return uptime;
  }

  /** What is to be known besides: progress, or why it failed. */
  public StringProperty statusProperty() {
    return status;
  }

  void show(MachineSample sample) {
    entry = sample.entry();
    name.set(entry.name());
    state.set(sample.state());
    boolean live = sample.state().isLive();
    memory.set(live ? entry.settings().memory().startup() : 0);
    uptime.set(live ? sample.uptimeMillis() : 0);
    status.set(sample.status());
    if (live) {
      double[] before = load.get();
      int kept = Math.min(before.length, HISTORY - 1);
      double[] now = new double[kept + 1];
      System.arraycopy(before, before.length - kept, now, 0, kept);
      now[kept] = sample.load();
      load.set(now);
    } else if (load.get().length > 0) {
      load.set(new double[0]);
    }
  }
}
