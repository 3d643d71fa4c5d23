// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control;

import dev.malachite.engine.catalogue.Folders;
import dev.malachite.engine.control.rpc.RpcException;
import dev.malachite.engine.control.rpc.RpcPeer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A program's connection to a running machine's worker. Any thread. */
public final class WorkerClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final RpcPeer peer;
  private final WorkerService service;
  private final Welcome welcome;

  private WorkerClient(RpcPeer peer, WorkerService service, Welcome welcome) {
    this.peer = peer;
    this.service = service;
    this.welcome = welcome;
  }

  /**
   * Connects to a machine's worker.
   *
   * @param listener is told of changes; its methods must return soon
   * @throws IOException if no worker listens, or the two speak no common version
   */
  public static WorkerClient connect(Folders folders, UUID machine, WorkerListener listener)
      throws IOException {
    Path path = folders.controlSocket(machine);
    ControlServer.requireShort(path);
    SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
    RpcPeer peer = null;
    boolean connected = false;
    try {
      socket.connect(UnixDomainSocketAddress.of(path));
      if (!PeerCredentials.isOwnerOf(path, socket)) {
        throw new IOException(path + ": it is another user's; remove it");
      }
      peer = new RpcPeer(socket, "worker-client", WorkerListener.class, listener);
      peer.start();
      WorkerService service = peer.remote(WorkerService.class);
      String version = WorkerClient.class.getModule().getDescriptor() == null ? "" : " (modules)";
      Welcome welcome =
          await(
              service.hello(
                  new Hello(
                      WorkerService.OLDEST_VERSION, WorkerService.VERSION, "malachite" + version)),
              PATIENCE);
      if (!welcome.machine().equals(machine)) {
        throw new IOException(path + ": another machine's worker listens there");
      }
      connected = true;
      return new WorkerClient(peer, service, welcome);
    } catch (RpcException e) {
      throw new IOException(path + ": " + e.getMessage(), e);
    } finally {
      if (!connected) {
        if (peer != null) {
          peer.close();
        }
        socket.close();
      }
    }
  }

  /** What the worker does for us. */
  public WorkerService service() {
    return service;
  }

  /** Which worker it is. */
  public Welcome welcome() {
    return welcome;
  }

  /** Completes when the connection has ended: the worker has ended or died. */
  public CompletableFuture<@Nullable Void> closed() {
    return peer.closed();
  }

  /**
   * Waits for an answer.
   *
   * @throws RpcException if the worker refuses or fails, or the connection ends before
   * @throws IOException if there is none in that time, or the thread is interrupted
   */
  public static <T> T await(CompletableFuture<T> answer, Duration patience) throws IOException {
    try {
      return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RpcException known) {
        throw known;
      }
      throw new IOException("the worker's answer is lost", e);
    } catch (TimeoutException e) {
      throw new IOException(
          "the machine's worker has not answered for " + patience.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the machine's worker", e);
    }
  }

  @Override
  public void close() {
    peer.close();
  }
}
