// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control;

import dev.malachite.engine.control.rpc.RpcMethod;

/** What a worker tells the programs connected to it. Called on the connection's thread. */
public interface WorkerListener {
  /** Nobody listens. */
  WorkerListener NONE = new Adapter();

  /** Listens to nothing, for those who listen to one thing only. */
  class Adapter implements WorkerListener {
    /** Made by those who extend it. */
    public Adapter() {}

    @Override
    public void statusChanged(MachineStatus status) {}

    @Override
    public void screenChanged(ScreenPicture picture) {}

    @Override
    public void screenDirty(ScreenDirt dirt) {}

    @Override
    public void progress(Progress progress) {}
  }

  /** The machine does something else now. */
  @RpcMethod("machine/status-changed")
  void statusChanged(MachineStatus status);

  /** The screen has another geometry, and its pixels are in another file. */
  @RpcMethod("screen/changed")
  void screenChanged(ScreenPicture picture);

  /** Parts of the frame buffer's file have changed. */
  @RpcMethod("screen/dirty")
  void screenDirty(ScreenDirt dirt);

  /** How far something that takes long has come. */
  @RpcMethod("progress")
  void progress(Progress progress);
}
