// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control;

/**
 * A drive for a machine that runs.
 *
 * @param type {@code disk} or {@code dvd}
 * @param file absolute, or relative to the machine's folder
 * @param snapshot leave the file as it is and forget what is written
 */
public record NewDrive(String type, String file, boolean snapshot) {}
