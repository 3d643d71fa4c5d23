// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control;

import dev.malachite.engine.control.rpc.RpcMethod;
import java.util.concurrent.CompletableFuture;

/**
 * What a running machine's worker does for programs. Every request but {@link #hello} is refused
 * until that one has been answered.
 *
 * <p>Futures fail with {@link dev.malachite.engine.control.rpc.RpcException}.
 */
public interface WorkerService {
  /** The version of this interface that this program speaks; it also speaks all before. */
  int VERSION = 1;

  /** The oldest version of this interface that this program speaks. */
  int OLDEST_VERSION = 1;

  /** Agrees on a version. The first request. */
  @RpcMethod("hello")
  CompletableFuture<Welcome> hello(Hello hello);

  /** What the machine is doing. From the first call on, changes are told to the listener. */
  @RpcMethod("machine/status")
  CompletableFuture<MachineStatus> status();

  /** Counters. */
  @RpcMethod("machine/statistics")
  CompletableFuture<MachineStatistics> statistics();

  /** Makes processors and time stand still; completes when they do. */
  @RpcMethod("machine/pause")
  CompletableFuture<MachineStatus> pause();

  /** Lets a paused machine go on. */
  @RpcMethod("machine/resume")
  CompletableFuture<MachineStatus> resume();

  /**
   * Saves the machine's whole state to its folder and turns it off; starting it again goes on from
   * there. Completes when it is saved; how far it has come is told to the listener as {@code save}.
   * A machine that can't be saved, or not now, goes on as it was.
   */
  @RpcMethod("machine/save")
  CompletableFuture<MachineStatus> save();

  /** Gives up saving, if that is under way; {@link #save} fails then and the machine goes on. */
  @RpcMethod("machine/cancel-save")
  CompletableFuture<MachineStatus> cancelSave();

  /** Resets the machine, as the button does. A paused one goes on. */
  @RpcMethod("machine/reset")
  CompletableFuture<MachineStatus> reset();

  /** Cuts the power; completes when the machine is off and its disks are closed. */
  @RpcMethod("machine/turn-off")
  CompletableFuture<MachineStatus> turnOff();

  /** Asks the guest to shut down; completes when it has been asked, not when it is down. */
  @RpcMethod("machine/shut-down")
  CompletableFuture<MachineStatus> shutDown();

  /**
   * Attaches a drive behind the others and keeps it in the machine's settings; the guest is told.
   */
  @RpcMethod("drive/attach")
  CompletableFuture<MachineStatus> attachDrive(NewDrive drive);

  /**
   * Detaches the last drive and takes it out of the machine's settings; the guest is told. Others
   * would take another's number at the next start, so they stay.
   */
  @RpcMethod("drive/detach-last")
  CompletableFuture<MachineStatus> detachLastDrive();

  /** Types text on the keyboard; completes when it waits to be typed. */
  @RpcMethod("keyboard/type")
  CompletableFuture<MachineStatus> type(KeyboardText text);

  /** Presses and releases keys. */
  @RpcMethod("keyboard/keys")
  CompletableFuture<MachineStatus> keys(KeyboardKeys keys);

  /** Brings the frame buffer's file up to date once and says where it is. */
  @RpcMethod("screen/capture")
  CompletableFuture<ScreenPicture> captureScreen();

  /**
   * Says whether this connection watches the screen. While one does, the frame buffer's file is
   * kept up to date and the listener told of what changes.
   */
  @RpcMethod("screen/watch")
  CompletableFuture<ScreenPicture> watchScreen(ScreenWatch watch);
}
