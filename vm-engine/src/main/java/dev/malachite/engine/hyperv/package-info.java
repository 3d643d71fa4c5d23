// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The Hyper-V partition interface of the TLFS: CPUID leaves, MSRs, hypercalls, SynIC, timers. */
@NullMarked
package dev.malachite.engine.hyperv;

import org.jspecify.annotations.NullMarked;
