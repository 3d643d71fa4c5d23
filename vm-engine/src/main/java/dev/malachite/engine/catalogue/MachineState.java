// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.catalogue;

/** What a machine is doing. */
public enum MachineState {
  /** Nothing. */
  OFF("off", false),
  /** Its worker is getting ready, or loads a saved state. */
  STARTING("starting", true),
  /** Its processors run. */
  RUNNING("running", true),
  /** Its processors and its time stand still. */
  PAUSED("paused", true),
  /** Its state is being written to disk. */
  SAVING("saving", true),
  /** It goes on from a state on disk when it starts. */
  SAVED("saved", false),
  /** It is being turned off. */
  STOPPING("stopping", true),
  /** Its guest crashed, or its worker failed or died. */
  FAILED("off (failed)", false);

  private final String description;
  private final boolean live;

  MachineState(String description, boolean live) {
    this.description = description;
    this.live = live;
  }

  /** The state in words. */
  public String description() {
    return description;
  }

  /** Whether a worker process belongs to it. */
  public boolean isLive() {
    return live;
  }
}
