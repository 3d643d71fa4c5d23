// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.catalogue;

import java.nio.file.Path;

/**
 * A folder in the catalogue whose machine can't be read.
 *
 * @param folder the folder
 * @param reason why, for people
 */
public record BrokenMachine(Path folder, String reason) {}
