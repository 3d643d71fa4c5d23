// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

/**
 * The channel messages' numbers and layouts: offsets in bytes from the start of the SynIC message's
 * payload, all fields little-endian.
 *
 * <p>Every message starts with its type (4 bytes) and 4 bytes of padding.
 */
final class ChannelMessage {
  /** The most a SynIC message carries (TLFS, HV_MESSAGE). */
  static final int MAX_SIZE = 240;

  static final int HEADER_SIZE = 8;

  static final int OFFER = 1;
  static final int RESCIND = 2;
  static final int REQUEST_OFFERS = 3;
  static final int ALL_OFFERS_DELIVERED = 4;
  static final int OPEN = 5;
  static final int OPEN_RESULT = 6;
  static final int CLOSE = 7;
  static final int GPADL_HEADER = 8;
  static final int GPADL_BODY = 9;
  static final int GPADL_CREATED = 10;
  static final int GPADL_TEARDOWN = 11;
  static final int GPADL_TORN_DOWN = 12;
  static final int RELID_RELEASED = 13;
  static final int INITIATE_CONTACT = 14;
  static final int VERSION_RESPONSE = 15;
  static final int UNLOAD = 16;
  static final int UNLOAD_RESPONSE = 17;
  static final int TL_CONNECT_REQUEST = 21;
  static final int MODIFY_CHANNEL = 22;
  static final int TL_CONNECT_RESULT = 23;
  static final int MODIFY_CHANNEL_RESPONSE = 24;

  static final int STATUS_SUCCESS = 0;
  static final int STATUS_UNSUCCESSFUL = 0xC0000001;
  static final int STATUS_INVALID_PARAMETER = 0xC000000D;
  static final int STATUS_INSUFFICIENT_RESOURCES = 0xC000009A;
  static final int STATUS_CONNECTION_REFUSED = 0xC0000236;

  /** Offer, host to guest. */
  static final class Offer {
    static final int INTERFACE_TYPE = 8; // 16 bytes
    static final int INSTANCE = 24; // 16 bytes
    static final int FLAGS = 56; // 2 bytes
    static final int MMIO_MEGABYTES = 58; // 2 bytes
    static final int USER_DEFINED = 60; // 120 bytes
    static final int SUB_CHANNEL_INDEX = 180; // 2 bytes
    static final int RELID = 184; // 4 bytes
    static final int MONITOR_ID = 188; // 1 byte
    static final int MONITOR_ALLOCATED = 189; // 1 byte
    static final int DEDICATED_INTERRUPT = 190; // 2 bytes, since 1.1
    static final int CONNECTION_ID = 192; // 4 bytes, since 1.1
    static final int SIZE = 196;

    private Offer() {}
  }

  /** Open, guest to host. */
  static final class Open {
    static final int RELID = 8;
    static final int OPEN_ID = 12;
    static final int RING_GPADL = 16;
    static final int TARGET_VP = 20; // since 2.4
    static final int DOWNSTREAM_PAGE_OFFSET = 24;
    static final int USER_DATA = 28; // 120 bytes
    static final int SIZE = 148;

    private Open() {}
  }

  /** Open result, host to guest. */
  static final class OpenResult {
    static final int RELID = 8;
    static final int OPEN_ID = 12;
    static final int STATUS = 16;
    static final int SIZE = 20;

    private OpenResult() {}
  }

  /** Close, relid released, rescind: one channel number. */
  static final class Relid {
    static final int RELID = 8;
    static final int SIZE = 12;

    private Relid() {}
  }

  /** GPADL header, guest to host; ranges follow. */
  static final class GpadlHeader {
    static final int RELID = 8;
    static final int GPADL = 12;
    static final int RANGE_BYTES = 16; // 2 bytes: all ranges, here and in the bodies
    static final int RANGE_COUNT = 18; // 2 bytes
    static final int RANGES = 20;

    private GpadlHeader() {}
  }

  /** GPADL body, guest to host; more of the ranges follow. */
  static final class GpadlBody {
    static final int GPADL = 12;
    static final int DATA = 16;

    private GpadlBody() {}
  }

  /** GPADL created, host to guest. */
  static final class GpadlCreated {
    static final int RELID = 8;
    static final int GPADL = 12;
    static final int STATUS = 16;
    static final int SIZE = 20;

    private GpadlCreated() {}
  }

  /** GPADL teardown, guest to host. */
  static final class GpadlTeardown {
    static final int RELID = 8;
    static final int GPADL = 12;
    static final int SIZE = 16;

    private GpadlTeardown() {}
  }

  /** GPADL torn down, host to guest. */
  static final class GpadlTornDown {
    static final int GPADL = 8;
    static final int SIZE = 12;

    private GpadlTornDown() {}
  }

  /** Initiate contact, guest to host. */
  static final class InitiateContact {
    static final int VERSION = 8;
    static final int TARGET_VP = 12;
    static final int INTERRUPT_PAGE = 16; // 8 bytes, before 5.0
    static final int TARGET_SINT = 16; // 1 byte, since 5.0
    static final int SIZE = 40;

    private InitiateContact() {}
  }

  /** Version response, host to guest. */
  static final class VersionResponse {
    static final int SUPPORTED = 8; // 1 byte
    static final int CONNECTION_STATE = 9; // 1 byte
    static final int CONNECTION_ID = 12; // since 5.0
    static final int SIZE = 16;

    private VersionResponse() {}
  }

  /** Modify channel, guest to host. */
  static final class ModifyChannel {
    static final int RELID = 8;
    static final int TARGET_VP = 12;
    static final int SIZE = 16;

    private ModifyChannel() {}
  }

  /** Modify channel response, host to guest. */
  static final class ModifyChannelResponse {
    static final int RELID = 8;
    static final int STATUS = 12;
    static final int SIZE = 16;

    private ModifyChannelResponse() {}
  }

  /** Transport-layer connect request, guest to host; newer guests add 16 bytes of silo id. */
  static final class TlConnectRequest {
    static final int ENDPOINT = 8; // 16 bytes
    static final int SERVICE = 24; // 16 bytes
    static final int SIZE = 40;

    private TlConnectRequest() {}
  }

  /** Transport-layer connect result, host to guest. */
  static final class TlConnectResult {
    static final int ENDPOINT = 8; // 16 bytes
    static final int SERVICE = 24; // 16 bytes
    static final int STATUS = 40;
    static final int SIZE = 44;

    private TlConnectResult() {}
  }

  private ChannelMessage() {}
}
