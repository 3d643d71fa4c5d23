// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0
//
// The bench guest's own workloads, and the clock for the others. Each prints "BENCH-START <name>" before the timed part and
// "BENCH <name> <seconds>" after it, by the monotonic clock. Ends with 1 and a line on stderr when something fails.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *name;
static struct timespec started;

static void fail(const char *what) {
  fprintf(stderr, "work: %s: %s: %s\n", name, what, strerror(errno));
  exit(1);
}

static void start(const char *workload) {
  name = workload;
  printf("BENCH-START %s\n", name);
  fflush(stdout);
  clock_gettime(CLOCK_MONOTONIC, &started);
}

static void end(void) {
  struct timespec ended;
  clock_gettime(CLOCK_MONOTONIC, &ended);
  double seconds =
      (double)(ended.tv_sec - started.tv_sec) + (double)(ended.tv_nsec - started.tv_nsec) / 1e9;
  printf("BENCH %s %.6f\n", name, seconds);
  fflush(stdout);
}

// Starts a program whose output goes nowhere.
static pid_t launch(char **command) {
  pid_t child = fork();
  if (child < 0) {
    fail("fork");
  }
  if (child == 0) {
    int sink = open("/dev/null", O_WRONLY);
    if (sink >= 0) {
      dup2(sink, STDOUT_FILENO);
    }
    execvp(command[0], command);
    _exit(127);
  }
  return child;
}

static void await(pid_t child) {
  int status;
  if (waitpid(child, &status, 0) != child) {
    fail("waitpid");
  }
  if (status != 0) {
    fprintf(stderr, "work: %s: the program ended with status 0x%x\n", name, status);
    exit(1);
  }
}

static void timed(const char *workload, char **command) {
  start(workload);
  await(launch(command));
  end();
}

static void twice(const char *workload, char **command) {
  start(workload);
  pid_t first = launch(command);
  pid_t second = launch(command);
  await(first);
  await(second);
  end();
}

static void fork_exec(long count, char **command) {
  start("forkexec");
  for (long i = 0; i < count; i++) {
    await(launch(command));
  }
  end();
}

// Copies count MiB: one MiB at a time, from one end of 4 MiB to the other.
static void copy(long count) {
  const size_t mebibyte = 1 << 20;
  char *memory = malloc(4 * mebibyte);
  if (memory == NULL) {
    fail("malloc");
  }
  memset(memory, 1, 4 * mebibyte);
  start("memcpy");
  for (long i = 0; i < count; i++) {
    size_t place = (size_t)(i & 1) * mebibyte;
    memcpy(memory + 2 * mebibyte + place, memory + place, mebibyte);
    __asm__ volatile("" : : "r"(memory) : "memory");
  }
  end();
}

// Follows a random cycle through 16 MiB, one pointer in each 64 bytes.
static void chase(long count) {
  const uint32_t nodes = (16 << 20) / 64;
  char *memory = aligned_alloc(64, (size_t)nodes * 64);
  uint32_t *order = malloc(nodes * sizeof *order);
  if (memory == NULL || order == NULL) {
    fail("malloc");
  }
  uint64_t random = 88172645463325252u;
  for (uint32_t i = 0; i < nodes; i++) {
    order[i] = i;
  }
  for (uint32_t i = nodes - 1; i > 0; i--) {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    uint32_t j = (uint32_t)(random % (i + 1));
    uint32_t kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
  for (uint32_t i = 0; i < nodes; i++) {
    *(char **)(memory + (size_t)order[i] * 64) = memory + (size_t)order[(i + 1) % nodes] * 64;
  }
  free(order);
  start("chase");
  char *volatile *place = (char *volatile *)memory;
  for (long i = 0; i < count; i++) {
    place = (char *volatile *)*place;
  }
  end();
  if (place == NULL) {
    fail("the cycle broke");
  }
}

// Touches count fresh pages of 4 KiB, 16,000 at a time.
static void faults(long count) {
  const long batch = 16000;
  const long page = 4096;
  start("faults");
  for (long done = 0; done < count; done += batch) {
    long pages = count - done < batch ? count - done : batch;
    char *memory = mmap(NULL, (size_t)(pages * page), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
      fail("mmap");
    }
    madvise(memory, (size_t)(pages * page), MADV_NOHUGEPAGE);
    for (long i = 0; i < pages; i++) {
      ((volatile char *)memory)[i * page] = 1;
    }
    munmap(memory, (size_t)(pages * page));
  }
  end();
}

static void system_calls(long count) {
  start("getppid");
  for (long i = 0; i < count; i++) {
    syscall(SYS_getppid);
  }
  end();
}

// Sends a byte to another process and back, count times.
static void round_trips(long count) {
  int there[2];
  int back[2];
  char byte = 0;
  if (pipe(there) != 0 || pipe(back) != 0) {
    fail("pipe");
  }
  start("pipe");
  pid_t child = fork();
  if (child < 0) {
    fail("fork");
  }
  if (child == 0) {
    for (long i = 0; i < count; i++) {
      if (read(there[0], &byte, 1) != 1 || write(back[1], &byte, 1) != 1) {
        _exit(1);
      }
    }
    _exit(0);
  }
  for (long i = 0; i < count; i++) {
    if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1) {
      fail("round trip");
    }
  }
  await(child);
  end();
}

int main(int count, char **arguments) {
  const char *what = count > 1 ? arguments[1] : "";
  long number = count > 2 ? atol(arguments[2]) : 0;
  if (strcmp(what, "timed") == 0 && count > 3) {
    timed(arguments[2], arguments + 3);
  } else if (strcmp(what, "twice") == 0 && count > 3) {
    twice(arguments[2], arguments + 3);
  } else if (strcmp(what, "forkexec") == 0 && count > 3) {
    fork_exec(number, arguments + 3);
  } else if (strcmp(what, "memcpy") == 0 && number > 0) {
    copy(number);
  } else if (strcmp(what, "chase") == 0 && number > 0) {
    chase(number);
  } else if (strcmp(what, "faults") == 0 && number > 0) {
    faults(number);
  } else if (strcmp(what, "getppid") == 0 && number > 0) {
    system_calls(number);
  } else if (strcmp(what, "pipe") == 0 && number > 0) {
    round_trips(number);
  } else {
    fprintf(stderr, "work: what? See /bench/run\n");
    return 2;
  }
  return 0;
}
