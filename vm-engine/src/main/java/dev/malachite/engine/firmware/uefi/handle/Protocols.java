// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.handle;

import java.util.UUID;

/** Identifiers of protocols (UEFI 2.10, by section). */
public final class Protocols {
  /** Section 9.1. */
  public static final UUID LOADED_IMAGE = UUID.fromString("5b1b31a1-9562-11d2-8e3f-00a0c969723b");

  /** Section 9.2. */
  public static final UUID LOADED_IMAGE_DEVICE_PATH =
      UUID.fromString("bc62157e-3e33-4fec-9920-2d3b36d750df");

  /** Section 10.2. */
  public static final UUID DEVICE_PATH = UUID.fromString("09576e91-6d3f-11d2-8e39-00a0c969723b");

  /** Section 10.6.2. */
  public static final UUID DEVICE_PATH_TO_TEXT =
      UUID.fromString("8b843e20-8132-4852-90cc-551a4e4a7f1c");

  /** Section 10.5. */
  public static final UUID DEVICE_PATH_UTILITIES =
      UUID.fromString("0379be4e-d706-437d-b037-edb82fb772a4");

  /** Section 11.1. */
  public static final UUID DRIVER_BINDING = UUID.fromString("18a031ab-b443-4d1a-a5c0-0c09261e9f71");

  /** Section 12.2. */
  public static final UUID SIMPLE_TEXT_INPUT_EX =
      UUID.fromString("dd9e7534-7762-4698-8c14-f58517a625aa");

  /** Section 12.3. */
  public static final UUID SIMPLE_TEXT_INPUT =
      UUID.fromString("387477c1-69c7-11d2-8e39-00a0c969723b");

  /** Section 12.4. */
  public static final UUID SIMPLE_TEXT_OUTPUT =
      UUID.fromString("387477c2-69c7-11d2-8e39-00a0c969723b");

  /** Section 12.8. */
  public static final UUID SERIAL_IO = UUID.fromString("bb25cf6f-f1d4-11d2-9a0c-0090273fc1fd");

  /** Section 12.9. */
  public static final UUID GRAPHICS_OUTPUT =
      UUID.fromString("9042a9de-23dc-4a38-96fb-7aded080516a");

  /** Section 13.1. */
  public static final UUID LOAD_FILE = UUID.fromString("56ec3091-954c-11d2-8e3f-00a0c969723b");

  /** Section 13.2. */
  public static final UUID LOAD_FILE2 = UUID.fromString("4006c0c1-fcb3-403e-996d-4a6c8724e06d");

  /** Section 13.4. */
  public static final UUID SIMPLE_FILE_SYSTEM =
      UUID.fromString("964e5b22-6459-11d2-8e39-00a0c969723b");

  /** Section 13.7. */
  public static final UUID DISK_IO = UUID.fromString("ce345171-ba0b-11d2-8e4f-00a0c969723b");

  /** Section 13.9. */
  public static final UUID BLOCK_IO = UUID.fromString("964e5b21-6459-11d2-8e39-00a0c969723b");

  /** Section 16.1. */
  public static final UUID UNICODE_COLLATION2 =
      UUID.fromString("a4c751fc-23ae-4c3e-92e9-4964cf63f349");

  /** Section 37.5. */
  public static final UUID RNG = UUID.fromString("3152bca5-eade-433d-862e-c01cdc291f44");

  /** Section 37.6.1: entropy as it comes. */
  public static final UUID RNG_ALGORITHM_RAW =
      UUID.fromString("e43176d7-b6e8-4827-b784-7ffdc4b68561");

  /** Section 37.6.1: the default, by SP800-90. */
  public static final UUID RNG_ALGORITHM_HASH =
      UUID.fromString("a7af67cb-603b-4d42-ba21-70bfb6293f96");

  /** Section 37.3: the handle says that memory attributes can be changed. */
  public static final UUID MEMORY_ATTRIBUTE =
      UUID.fromString("f4560cf6-40ec-4b4a-a192-bf1d57d0b189");

  private Protocols() {}
}
