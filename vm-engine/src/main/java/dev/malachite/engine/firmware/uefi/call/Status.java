// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.call;

/** Status codes (UEFI 2.10, appendix D). Errors have the top bit set. */
public final class Status {
  private static final long ERROR = 1L << 63;

  /** Done. */
  public static final long SUCCESS = 0;

  /** Warning: a character has no glyph. */
  public static final long WARN_UNKNOWN_GLYPH = 1;

  /** Warning: a file was closed but not deleted. */
  public static final long WARN_DELETE_FAILURE = 2;

  /** The image failed to load. */
  public static final long LOAD_ERROR = ERROR | 1;

  /** A parameter was not correct. */
  public static final long INVALID_PARAMETER = ERROR | 2;

  /** Not supported. */
  public static final long UNSUPPORTED = ERROR | 3;

  /** The buffer doesn't have the proper size. */
  public static final long BAD_BUFFER_SIZE = ERROR | 4;

  /** The buffer is too small; the needed size was returned. */
  public static final long BUFFER_TOO_SMALL = ERROR | 5;

  /** There is nothing pending. */
  public static final long NOT_READY = ERROR | 6;

  /** The device reported an error. */
  public static final long DEVICE_ERROR = ERROR | 7;

  /** The device can't be written to. */
  public static final long WRITE_PROTECTED = ERROR | 8;

  /** Something has run out. */
  public static final long OUT_OF_RESOURCES = ERROR | 9;

  /** The file system is inconsistent. */
  public static final long VOLUME_CORRUPTED = ERROR | 10;

  /** The file system is full. */
  public static final long VOLUME_FULL = ERROR | 11;

  /** There is no medium. */
  public static final long NO_MEDIA = ERROR | 12;

  /** The medium has changed. */
  public static final long MEDIA_CHANGED = ERROR | 13;

  /** Not found. */
  public static final long NOT_FOUND = ERROR | 14;

  /** Access was denied. */
  public static final long ACCESS_DENIED = ERROR | 15;

  /** A time-out expired. */
  public static final long TIMEOUT = ERROR | 18;

  /** The protocol has been started already. */
  public static final long ALREADY_STARTED = ERROR | 20;

  /** The operation was aborted. */
  public static final long ABORTED = ERROR | 21;

  /** A security violation. */
  public static final long SECURITY_VIOLATION = ERROR | 26;

  /** The language isn't supported. */
  public static final long INVALID_LANGUAGE = ERROR | 32;

  private Status() {}

  /** True for an error code. */
  public static boolean isError(long status) {
    return status < 0;
  }

  /** A code for people. */
  public static String text(long status) {
    if (status == SUCCESS) {
      return "success";
    }
    if (!isError(status)) {
      return "warning " + status;
    }
    String name =
        switch ((int) status) {
          case 1 -> "load error";
          case 2 -> "invalid parameter";
          case 3 -> "unsupported";
          case 4 -> "bad buffer size";
          case 5 -> "buffer too small";
          case 6 -> "not ready";
          case 7 -> "device error";
          case 8 -> "write protected";
          case 9 -> "out of resources";
          case 10 -> "volume corrupted";
          case 11 -> "volume full";
          case 12 -> "no media";
          case 13 -> "media changed";
          case 14 -> "not found";
          case 15 -> "access denied";
          case 18 -> "timeout";
          case 20 -> "already started";
          case 21 -> "aborted";
          case 26 -> "security violation";
          default -> "error";
        };
    return name + " (" + (status & ~ERROR) + ")";
  }
}
