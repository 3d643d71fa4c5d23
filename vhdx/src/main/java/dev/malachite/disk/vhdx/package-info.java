// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The VHDX format after MS-VHDX, "Virtual Hard Disk v2 (VHDX) File Format".
 *
 * <p>{@link dev.malachite.disk.vhdx.VhdxImage} checks a file whole before anything uses or changes
 * it; {@link dev.malachite.disk.vhdx.VhdxDisk} serves it; {@link
 * dev.malachite.disk.vhdx.VhdxCreator} makes new ones.
 */
@NullMarked
package dev.malachite.disk.vhdx;

import org.jspecify.annotations.NullMarked;
