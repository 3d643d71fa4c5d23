// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.filesystem;

/**
 * A partition of a disk.
 *
 * @param number as the guest counts it, from 1; 0 for a disk without partitions, as a whole
 * @param start first byte on the disk
 * @param length bytes
 * @param kind what the partition table says it is for
 * @param name its name, empty where the table has none
 */
public record Partition(int number, long start, long length, String kind, String name) {}
