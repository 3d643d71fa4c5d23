// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.vmbus.ChannelMessage.GpadlBody;
import dev.malachite.engine.vmbus.ChannelMessage.GpadlCreated;
import dev.malachite.engine.vmbus.ChannelMessage.GpadlHeader;
import dev.malachite.engine.vmbus.ChannelMessage.GpadlTeardown;
import dev.malachite.engine.vmbus.ChannelMessage.GpadlTornDown;
import dev.malachite.engine.vmbus.ChannelMessage.InitiateContact;
import dev.malachite.engine.vmbus.ChannelMessage.ModifyChannel;
import dev.malachite.engine.vmbus.ChannelMessage.ModifyChannelResponse;
import dev.malachite.engine.vmbus.ChannelMessage.Offer;
import dev.malachite.engine.vmbus.ChannelMessage.Open;
import dev.malachite.engine.vmbus.ChannelMessage.OpenResult;
import dev.malachite.engine.vmbus.ChannelMessage.Relid;
import dev.malachite.engine.vmbus.ChannelMessage.TlConnectRequest;
import dev.malachite.engine.vmbus.ChannelMessage.TlConnectResult;
import dev.malachite.engine.vmbus.ChannelMessage.VersionResponse;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Answers channel messages. Control thread only.
 *
 * <p>A message that is too short, unknown or out of turn is logged and left; only those whose
 * sender waits for an answer get a refusal.
 */
final class MessageHandler {
  /** The connection for messages of guests before 5.0. */
  static final int CONNECTION = 1;

  /** The connection for messages of guests since 5.0. */
  static final int MULTI_CLIENT_CONNECTION = 4;

  /** A target processor that means: no interrupts. */
  private static final int NO_PROCESSOR = -1;

  private static final int MINIMUM_RING_PAGES = 2;
  private static final int USER_DATA_SIZE = Open.SIZE - Open.USER_DATA;

  private final Vmbus bus;
  private final Outbox outbox;
  private final byte[] answer = new byte[ChannelMessage.MAX_SIZE];

  MessageHandler(Vmbus bus, Outbox outbox) {
    this.bus = bus;
    this.outbox = outbox;
  }

  /** The connection a guest signals for a channel. */
  static int connectionId(int relid) {
    return relid | Vmbus.SINT << 12;
  }

  void handle(byte[] message) {
    if (message.length < ChannelMessage.HEADER_SIZE) {
      bus.log().warning("a channel message of %d bytes".formatted(message.length));
      return;
    }
    int type = LittleEndian.getInt(message, 0);
    if (type != ChannelMessage.INITIATE_CONTACT
        && type != ChannelMessage.UNLOAD
        && !bus.isConnected()) {
      bus.log().warning("channel message %d without a connection".formatted(type));
      return;
    }
    switch (type) {
      case ChannelMessage.INITIATE_CONTACT -> initiateContact(message);
      case ChannelMessage.REQUEST_OFFERS -> requestOffers();
      case ChannelMessage.OPEN -> open(message);
      case ChannelMessage.CLOSE -> close(message);
      case ChannelMessage.GPADL_HEADER -> gpadlHeader(message);
      case ChannelMessage.GPADL_BODY -> gpadlBody(message);
      case ChannelMessage.GPADL_TEARDOWN -> gpadlTeardown(message);
      case ChannelMessage.RELID_RELEASED -> relidReleased(message);
      case ChannelMessage.MODIFY_CHANNEL -> modifyChannel(message);
      case ChannelMessage.TL_CONNECT_REQUEST -> refuseConnection(message);
      case ChannelMessage.UNLOAD -> unload();
      default -> bus.log().warning("unknown channel message %d".formatted(type));
    }
  }

  private boolean tooShort(byte[] message, int size) {
    if (message.length >= size) {
      return false;
    }
    bus.log()
        .warning(
            "channel message %d has %d bytes, needs %d"
                .formatted(LittleEndian.getInt(message, 0), message.length, size));
    return true;
  }

  private @Nullable Slot offered(byte[] message, int offset) {
    int relid = LittleEndian.getInt(message, offset);
    Slot slot = bus.slot(relid);
    if (slot == null || !slot.offered) {
      bus.log()
          .warning(
              "channel message %d for channel %d, which isn't offered"
                  .formatted(LittleEndian.getInt(message, 0), relid));
      return null;
    }
    return slot;
  }

  private byte[] begin(int type) {
    Arrays.fill(answer, (byte) 0);
    LittleEndian.putInt(answer, 0, type);
    return answer;
  }

  private void initiateContact(byte[] message) {
    if (tooShort(message, InitiateContact.SIZE)) {
      return;
    }
    // A guest that connects twice has crashed or started another kernel: nothing of before counts.
    bus.disconnect();
    outbox.clear();
    int requested = LittleEndian.getInt(message, InitiateContact.VERSION);
    int vp = LittleEndian.getInt(message, InitiateContact.TARGET_VP);
    VmbusVersion version = VmbusVersion.of(requested);
    boolean good = version != null;
    if (version != null && version.atLeast(VmbusVersion.V5_0)) {
      good = message[InitiateContact.TARGET_SINT] == Vmbus.SINT;
    } else if (version != null && !version.atLeast(VmbusVersion.V2_4)) {
      good =
          bus.interruptPage()
              .locate(bus.regions(), LittleEndian.getLong(message, InitiateContact.INTERRUPT_PAGE));
    }
    boolean processorExists = vp >= 0 && vp < bus.processors();
    good &= processorExists;
    outbox.target(processorExists ? vp : 0);
    byte[] response = begin(ChannelMessage.VERSION_RESPONSE);
    response[VersionResponse.SUPPORTED] = (byte) (good ? 1 : 0);
    if (version != null && good) {
      bus.connected(version);
      if (version.atLeast(VmbusVersion.V5_0)) {
        LittleEndian.putInt(response, VersionResponse.CONNECTION_ID, MULTI_CLIENT_CONNECTION);
      }
      bus.log().debug("version {0}, messages to processor {1}", version, vp);
    }
    outbox.post(response, VersionResponse.SIZE);
  }

  private void requestOffers() {
    bus.requestOffers();
    outbox.post(begin(ChannelMessage.ALL_OFFERS_DELIVERED), ChannelMessage.HEADER_SIZE);
  }

  void sendOffer(Slot slot) {
    ChannelOffer offer = slot.offer();
    byte[] message = begin(ChannelMessage.OFFER);
    LittleEndian.putGuid(message, Offer.INTERFACE_TYPE, offer.interfaceType());
    LittleEndian.putGuid(message, Offer.INSTANCE, offer.instance());
    LittleEndian.putShort(message, Offer.FLAGS, offer.flags());
    LittleEndian.putShort(message, Offer.MMIO_MEGABYTES, offer.mmioMegabytes());
    byte[] user = offer.userDefined();
    System.arraycopy(user, 0, message, Offer.USER_DEFINED, user.length);
    LittleEndian.putShort(message, Offer.SUB_CHANNEL_INDEX, offer.subChannelIndex());
    LittleEndian.putInt(message, Offer.RELID, slot.relid());
    message[Offer.MONITOR_ID] = (byte) 0xFF;
    if (bus.version().atLeast(VmbusVersion.V1_1)) {
      LittleEndian.putShort(message, Offer.DEDICATED_INTERRUPT, 1);
      LittleEndian.putInt(message, Offer.CONNECTION_ID, connectionId(slot.relid()));
    }
    slot.offered = true;
    outbox.post(message, Offer.SIZE);
  }

  void sendRescind(Slot slot) {
    byte[] message = begin(ChannelMessage.RESCIND);
    LittleEndian.putInt(message, Relid.RELID, slot.relid());
    outbox.post(message, Relid.SIZE);
  }

  private void open(byte[] message) {
    if (tooShort(message, Open.SIZE)) {
      return;
    }
    Slot slot = offered(message, Open.RELID);
    if (slot == null) {
      return;
    }
    int status = ChannelMessage.STATUS_UNSUCCESSFUL;
    VmbusChannel channel = null;
    ChannelHandler handler = null;
    if (slot.channel == null && !slot.rescinded) {
      try {
        channel = openChannel(slot, message);
        handler = slot.device().open(channel);
        status = ChannelMessage.STATUS_SUCCESS;
      } catch (ChannelFault e) {
        bus.log().warning("can't open the channel of " + slot.offer() + ": " + e.getMessage());
      } catch (RuntimeException e) {
        bus.log().error(slot.offer() + " could not open its channel", e);
      }
    }
    byte[] result = begin(ChannelMessage.OPEN_RESULT);
    LittleEndian.putInt(result, OpenResult.RELID, slot.relid());
    LittleEndian.putInt(result, OpenResult.OPEN_ID, LittleEndian.getInt(message, Open.OPEN_ID));
    LittleEndian.putInt(result, OpenResult.STATUS, status);
    outbox.post(result, OpenResult.SIZE);
    if (channel != null && handler != null) {
      slot.ringGpadl = LittleEndian.getInt(message, Open.RING_GPADL);
      slot.downstreamPage = LittleEndian.getInt(message, Open.DOWNSTREAM_PAGE_OFFSET);
      slot.channel = channel;
      channel.start(handler);
    }
  }

  // The memory that has both rings, the second one from a page on.
  private Gpadl rings(Slot slot, int id, int downstream) throws ChannelFault {
    Gpadl gpadl = bus.gpadl(slot, id);
    if (gpadl == null || !gpadl.isWholePages()) {
      throw new ChannelFault("no ring memory under number 0x%x".formatted(id));
    }
    if (downstream < MINIMUM_RING_PAGES || downstream > gpadl.pageCount() - MINIMUM_RING_PAGES) {
      throw new ChannelFault(
          "the second ring starts at page %d of %d".formatted(downstream, gpadl.pageCount()));
    }
    return gpadl;
  }

  /** Saves or restores a channel that is open; a restored one goes on with the next turn. */
  void transfer(Slot slot, StateTransfer s) throws StateException {
    VmbusChannel old = slot.channel;
    slot.ringGpadl = s.int32(slot.ringGpadl);
    slot.downstreamPage = s.int32(slot.downstreamPage);
    byte[] userData = s.block(old == null ? new byte[0] : old.userData(), USER_DATA_SIZE);
    int vp = s.number(old == null ? 0 : old.targetVp(), NO_PROCESSOR, bus.processors() - 1);
    if (old != null && !s.loading()) {
      old.save(s);
      return;
    }
    try {
      GuestRegions regions = bus.regions();
      int second = slot.downstreamPage;
      Gpadl gpadl = rings(slot, slot.ringGpadl, second);
      VmbusChannel channel =
          new VmbusChannel(
              bus,
              slot,
              slot.offer(),
              userData,
              vp,
              IncomingRing.restored(new RingMemory(regions, gpadl, 0, second), s),
              OutgoingRing.restored(
                  new RingMemory(regions, gpadl, second, gpadl.pageCount() - second), s));
      ChannelHandler handler = slot.device().open(channel);
      handler.transfer(s);
      slot.channel = channel;
      channel.start(handler);
    } catch (ChannelFault e) {
      throw new StateException(
          "the saved state is damaged: " + slot.offer() + ": " + e.getMessage() + "; discard it",
          e);
    }
  }

  private VmbusChannel openChannel(Slot slot, byte[] message) throws ChannelFault {
    int downstream = LittleEndian.getInt(message, Open.DOWNSTREAM_PAGE_OFFSET);
    Gpadl gpadl = rings(slot, LittleEndian.getInt(message, Open.RING_GPADL), downstream);
    int vp = 0;
    if (bus.version().atLeast(VmbusVersion.V2_4)) {
      vp = LittleEndian.getInt(message, Open.TARGET_VP);
      if (vp != NO_PROCESSOR && (vp < 0 || vp >= bus.processors())) {
        throw new ChannelFault("interrupts to processor %d".formatted(vp));
      }
    }
    GuestRegions regions = bus.regions();
    return new VmbusChannel(
        bus,
        slot,
        slot.offer(),
        Arrays.copyOfRange(message, Open.USER_DATA, Open.SIZE),
        vp,
        new IncomingRing(new RingMemory(regions, gpadl, 0, downstream)),
        new OutgoingRing(
            new RingMemory(regions, gpadl, downstream, gpadl.pageCount() - downstream)));
  }

  private void close(byte[] message) {
    if (tooShort(message, Relid.SIZE)) {
      return;
    }
    Slot slot = offered(message, Relid.RELID);
    if (slot != null) {
      bus.close(slot);
    }
  }

  private void gpadlHeader(byte[] message) {
    if (tooShort(message, GpadlHeader.RANGES)) {
      return;
    }
    int relid = LittleEndian.getInt(message, GpadlHeader.RELID);
    int id = LittleEndian.getInt(message, GpadlHeader.GPADL);
    int rangeBytes = LittleEndian.getShort(message, GpadlHeader.RANGE_BYTES);
    int rangeCount = LittleEndian.getShort(message, GpadlHeader.RANGE_COUNT);
    Slot slot = offered(message, GpadlHeader.RELID);
    if (slot == null || id == 0 || !bus.gpadls().mayStart(relid, id, rangeBytes)) {
      bus.log().warning("refused memory 0x%x of channel %d".formatted(id, relid));
      sendGpadlCreated(relid, id, ChannelMessage.STATUS_INSUFFICIENT_RESOURCES);
      return;
    }
    GpadlAssembly assembly = new GpadlAssembly(id, relid, rangeCount, rangeBytes);
    assembly.append(message, GpadlHeader.RANGES, message.length);
    if (assembly.isComplete()) {
      finish(assembly);
    } else {
      bus.gpadls().start(assembly);
    }
  }

  private void gpadlBody(byte[] message) {
    if (tooShort(message, GpadlBody.DATA)) {
      return;
    }
    int id = LittleEndian.getInt(message, GpadlBody.GPADL);
    GpadlAssembly assembly = bus.gpadls().assembly(id);
    if (assembly == null) {
      bus.log().warning("more of memory 0x%x, which wasn't begun".formatted(id));
      return;
    }
    assembly.append(message, GpadlBody.DATA, message.length);
    if (assembly.isComplete()) {
      bus.gpadls().endAssembly(id);
      finish(assembly);
    }
  }

  private void finish(GpadlAssembly assembly) {
    Gpadl gpadl = assembly.build(bus.regions());
    int status = ChannelMessage.STATUS_SUCCESS;
    if (gpadl == null) {
      status = ChannelMessage.STATUS_INVALID_PARAMETER;
    } else if (!bus.gpadls().add(gpadl)) {
      status = ChannelMessage.STATUS_INSUFFICIENT_RESOURCES;
    }
    if (status != ChannelMessage.STATUS_SUCCESS) {
      bus.log()
          .warning(
              "refused memory 0x%x of channel %d: its ranges are out of order"
                  .formatted(assembly.id(), assembly.relid()));
    }
    sendGpadlCreated(assembly.relid(), assembly.id(), status);
  }

  private void sendGpadlCreated(int relid, int id, int status) {
    byte[] created = begin(ChannelMessage.GPADL_CREATED);
    LittleEndian.putInt(created, GpadlCreated.RELID, relid);
    LittleEndian.putInt(created, GpadlCreated.GPADL, id);
    LittleEndian.putInt(created, GpadlCreated.STATUS, status);
    outbox.post(created, GpadlCreated.SIZE);
  }

  private void gpadlTeardown(byte[] message) {
    if (tooShort(message, GpadlTeardown.SIZE)) {
      return;
    }
    int relid = LittleEndian.getInt(message, GpadlTeardown.RELID);
    int id = LittleEndian.getInt(message, GpadlTeardown.GPADL);
    Slot slot = bus.slot(relid);
    Gpadl gpadl = bus.gpadls().remove(relid, id);
    if (slot != null && gpadl != null) {
      VmbusChannel channel = slot.channel;
      if (channel != null && slot.ringGpadl == id) {
        bus.log().warning("the ring of " + slot.offer() + " was taken away while open");
        bus.close(slot);
      } else if (channel != null) {
        ChannelHandler handler = channel.handler();
        if (handler != null) {
          tearDown(slot, handler, gpadl);
        }
      }
    }
    byte[] tornDown = begin(ChannelMessage.GPADL_TORN_DOWN);
    LittleEndian.putInt(tornDown, GpadlTornDown.GPADL, id);
    outbox.post(tornDown, GpadlTornDown.SIZE);
  }

  private void tearDown(Slot slot, ChannelHandler handler, Gpadl gpadl) {
    try {
      handler.tornDown(gpadl);
    } catch (RuntimeException e) {
      bus.log().error(slot.offer() + " could not let go of memory", e);
      bus.close(slot);
    }
  }

  private void relidReleased(byte[] message) {
    if (tooShort(message, Relid.SIZE)) {
      return;
    }
    Slot slot = offered(message, Relid.RELID);
    if (slot == null) {
      return;
    }
    bus.close(slot);
    bus.gpadls().removeAll(slot.relid());
    slot.offered = false;
    if (slot.rescinded) {
      bus.free(slot);
    }
  }

  private void modifyChannel(byte[] message) {
    if (tooShort(message, ModifyChannel.SIZE)) {
      return;
    }
    Slot slot = offered(message, ModifyChannel.RELID);
    if (slot == null) {
      return;
    }
    int vp = LittleEndian.getInt(message, ModifyChannel.TARGET_VP);
    VmbusChannel channel = slot.channel;
    int status = ChannelMessage.STATUS_UNSUCCESSFUL;
    if (channel != null && (vp == NO_PROCESSOR || vp >= 0 && vp < bus.processors())) {
      channel.targetVp(vp);
      status = ChannelMessage.STATUS_SUCCESS;
    }
    if (bus.version().atLeast(VmbusVersion.V5_3)) {
      byte[] response = begin(ChannelMessage.MODIFY_CHANNEL_RESPONSE);
      LittleEndian.putInt(response, ModifyChannelResponse.RELID, slot.relid());
      LittleEndian.putInt(response, ModifyChannelResponse.STATUS, status);
      outbox.post(response, ModifyChannelResponse.SIZE);
    }
  }

  private void refuseConnection(byte[] message) {
    if (tooShort(message, TlConnectRequest.SIZE)) {
      return;
    }
    if (bus.version().atLeast(VmbusVersion.V4_1)) {
      byte[] result = begin(ChannelMessage.TL_CONNECT_RESULT);
      System.arraycopy(
          message, TlConnectRequest.ENDPOINT, result, TlConnectResult.ENDPOINT, 2 * 16);
      LittleEndian.putInt(result, TlConnectResult.STATUS, ChannelMessage.STATUS_CONNECTION_REFUSED);
      outbox.post(result, TlConnectResult.SIZE);
    }
  }

  private void unload() {
    bus.disconnect();
    outbox.clear();
    outbox.post(begin(ChannelMessage.UNLOAD_RESPONSE), ChannelMessage.HEADER_SIZE);
  }
}
