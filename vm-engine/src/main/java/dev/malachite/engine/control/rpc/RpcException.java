// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control.rpc;

import java.io.Serial;

/** A request's failure as the other peer is told: a number for programs, a sentence for people. */
public final class RpcException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** The message is not JSON (JSON-RPC 2.0, section 5.1). */
  public static final int PARSE_ERROR = -32700;

  /** The message is no request (JSON-RPC 2.0, section 5.1). */
  public static final int INVALID_REQUEST = -32600;

  /** There is no such method (JSON-RPC 2.0, section 5.1). */
  public static final int METHOD_NOT_FOUND = -32601;

  /** The parameters are not the method's (JSON-RPC 2.0, section 5.1). */
  public static final int INVALID_PARAMETERS = -32602;

  /** The peer's own failure (JSON-RPC 2.0, section 5.1). */
  public static final int INTERNAL_ERROR = -32603;

  /** It can't be done now, or not with this machine. */
  public static final int REFUSED = 1;

  /** The peers speak no common version. */
  public static final int VERSION = 2;

  /** The connection ended before the answer came. */
  public static final int DISCONNECTED = 3;

  private final int code;

  /** A failure. */
  public RpcException(int code, String message) {
    super(message);
    this.code = code;
  }

  /** It can't be done now, or not with this machine; the message is for people. */
  public static RpcException refused(String message) {
    return new RpcException(REFUSED, message);
  }

  /** Which failure. */
  public int code() {
    return code;
  }
}
