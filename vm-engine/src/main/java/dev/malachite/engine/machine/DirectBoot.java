// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.machine;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A Linux kernel started without firmware.
 *
 * @param kernel a bzImage
 * @param initrd its initial RAM disk, or null
 * @param commandLine its command line; may be empty
 */
public record DirectBoot(Path kernel, @Nullable Path initrd, String commandLine) {}
