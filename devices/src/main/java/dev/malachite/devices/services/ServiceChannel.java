// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.services;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.vmbus.ChannelFault;
import dev.malachite.engine.vmbus.ChannelHandler;
import dev.malachite.engine.vmbus.LittleEndian;
import dev.malachite.engine.vmbus.Packet;
import dev.malachite.engine.vmbus.VmbusChannel;
import java.util.Arrays;

/**
 * One opening of a service's channel: agrees on a version, then asks one thing at a time.
 *
 * <p>The host speaks first. A guest may take as long as it likes to answer (a key-value daemon may
 * never run), so nothing here waits. Everything but {@link #closed} happens in turns.
 */
abstract class ServiceChannel implements ChannelHandler {
  private static final System.Logger LOGGER = System.getLogger("malachite.services");

  private static final int[] FRAMEWORKS = {
    ServiceMessage.version(1, 0), ServiceMessage.version(3, 0)
  };

  private enum State {
    START,
    NEGOTIATING,
    READY,
    FAILED
  }

  private final VmbusChannel channel;
  private final int[] versions;
  private final int type;
  private final byte[] message;
  private State state = State.START;
  private int framework;
  private int version;
  private int transaction;
  private boolean outstanding;

  /**
   * Serves a channel.
   *
   * @param type the service's message type
   * @param bodySize the most bytes a request's body has
   * @param versions what this host speaks, oldest first
   */
  ServiceChannel(VmbusChannel channel, int type, int bodySize, int... versions) {
    this.channel = channel;
    this.type = type;
    this.versions = versions.clone();
    int negotiation = 8 + 4 * (FRAMEWORKS.length + versions.length);
    message = new byte[ServiceMessage.BODY + Math.max(bodySize, negotiation)];
  }

  final VmbusChannel channel() {
    return channel;
  }

  /** The version agreed on. */
  final int version() {
    return version;
  }

  /** True if a request may be sent: a version is agreed on and nothing is unanswered. */
  final boolean mayRequest() {
    return state == State.READY && !outstanding;
  }

  /** The request to be filled, zeroed; its body starts at {@link ServiceMessage#BODY}. */
  final byte[] newRequest() {
    Arrays.fill(message, (byte) 0);
    return message;
  }

  /** Sends the request; false if the ring is full, a turn follows then. */
  final boolean request(int bodySize) {
    return send(type, bodySize);
  }

  private boolean send(int messageType, int bodySize) {
    int id = transaction + 1 & 0xFF;
    LittleEndian.putInt(message, ServiceMessage.PIPE_TYPE, ServiceMessage.PIPE_DATA);
    LittleEndian.putInt(message, ServiceMessage.PIPE_SIZE, ServiceMessage.BODY - 8 + bodySize);
    LittleEndian.putShort(message, ServiceMessage.FRAMEWORK_MAJOR, framework >>> 16);
    LittleEndian.putShort(message, ServiceMessage.FRAMEWORK_MINOR, framework);
    LittleEndian.putShort(message, ServiceMessage.TYPE, messageType);
    LittleEndian.putShort(message, ServiceMessage.VERSION_MAJOR, version >>> 16);
    LittleEndian.putShort(message, ServiceMessage.VERSION_MINOR, version);
    LittleEndian.putShort(message, ServiceMessage.BODY_SIZE, bodySize);
    message[ServiceMessage.TRANSACTION] = (byte) id;
    message[ServiceMessage.FLAGS] =
        (byte) (ServiceMessage.FLAG_TRANSACTION | ServiceMessage.FLAG_REQUEST);
    if (!channel.send(id, false, message, 0, ServiceMessage.BODY + bodySize)) {
      return false;
    }
    transaction = id;
    outstanding = true;
    return true;
  }

  @Override
  public final void turn() {
    if (state == State.START) {
      byte[] negotiation = newRequest();
      LittleEndian.putShort(negotiation, ServiceMessage.FRAMEWORK_COUNT, FRAMEWORKS.length);
      LittleEndian.putShort(negotiation, ServiceMessage.VERSION_COUNT, versions.length);
      int at = putVersions(negotiation, ServiceMessage.VERSIONS, FRAMEWORKS);
      at = putVersions(negotiation, at, versions);
      if (send(ServiceMessage.TYPE_NEGOTIATE, at - ServiceMessage.BODY)) {
        state = State.NEGOTIATING;
      }
    }
    if (mayRequest()) {
      idle();
    }
  }

  private static int putVersions(byte[] target, int offset, int[] list) {
    int at = offset;
    for (int entry : list) {
      LittleEndian.putShort(target, at, entry >>> 16);
      LittleEndian.putShort(target, at + 2, entry);
      at += 4;
    }
    return at;
  }

  @Override
  public final void received(Packet packet) throws ChannelFault {
    int length = packet.payloadLength();
    if (length < ServiceMessage.BODY) {
      throw new ChannelFault("service message of %d bytes".formatted(length));
    }
    int flags = packet.getByte(ServiceMessage.FLAGS);
    int messageType = packet.getShort(ServiceMessage.TYPE);
    int expected = state == State.NEGOTIATING ? ServiceMessage.TYPE_NEGOTIATE : type;
    // An answer from before the guest's driver was loaded anew may still come; nobody wants it.
    if (!outstanding
        || messageType != expected
        || (flags & ServiceMessage.FLAG_RESPONSE) == 0
        || packet.getByte(ServiceMessage.TRANSACTION) != transaction) {
      return;
    }
    outstanding = false;
    if (state == State.NEGOTIATING) {
      negotiated(packet);
    } else {
      answered(packet.getInt(ServiceMessage.STATUS), packet);
    }
    if (mayRequest()) {
      idle();
    }
  }

  private void negotiated(Packet packet) {
    if (packet.payloadLength() < ServiceMessage.VERSIONS + 8
        || packet.getShort(ServiceMessage.FRAMEWORK_COUNT) != 1
        || packet.getShort(ServiceMessage.VERSION_COUNT) != 1) {
      refuse("none");
      return;
    }
    int wantedFramework = version(packet, ServiceMessage.VERSIONS);
    int wanted = version(packet, ServiceMessage.VERSIONS + 4);
    if (!contains(FRAMEWORKS, wantedFramework) || !contains(versions, wanted)) {
      refuse((wanted >>> 16) + "." + (wanted & 0xFFFF));
      return;
    }
    framework = wantedFramework;
    version = wanted;
    state = State.READY;
    LOGGER.log(
        System.Logger.Level.DEBUG,
        "{0}: version {1}.{2}",
        channel.offer(),
        version >>> 16,
        version & 0xFFFF);
    agreed();
  }

  private void refuse(String wanted) {
    state = State.FAILED;
    channel.warn("no version in common, the guest wants " + wanted);
  }

  private static int version(Packet packet, int offset) {
    return packet.getShort(offset) << 16 | packet.getShort(offset + 2);
  }

  private static boolean contains(int[] list, int value) {
    for (int entry : list) {
      if (entry == value) {
        return true;
      }
    }
    return false;
  }

  /** A version is agreed on; {@link #idle} follows. */
  void agreed() {}

  /** A turn in which a request may be sent. */
  abstract void idle();

  /** The guest has answered the request; {@link #idle} follows. */
  abstract void answered(int status, Packet packet);

  @Override
  public void transfer(StateTransfer s) throws StateException {
    state = s.choice(state, State.class);
    framework = s.int32(framework);
    version = s.int32(version);
    transaction = s.number(transaction, 0, 0xFF);
    outstanding = s.flag(outstanding);
  }

  @Override
  public void closed() {}
}
