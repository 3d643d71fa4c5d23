// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The VGA: text, planar and 256-colour modes, and the Bochs extensions for larger ones. */
@NullMarked
package dev.malachite.devices.video.vga;

import org.jspecify.annotations.NullMarked;
