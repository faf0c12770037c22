/* Preloaded into a controller: its clocks are the system's plus what the test has written into a file that both map.
 * Three numbers of nanoseconds: wall clock, CLOCK_MONOTONIC, CLOCK_BOOTTIME. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *offsets;
static int (*system_clock_gettime)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
  system_clock_gettime = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  const char *path = getenv("STOREFLEET_TEST_CLOCK");
  const int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *mapped = mmap(NULL, 3 * sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
  if (mapped != MAP_FAILED) offsets = mapped;
  close(file);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  if (!system_clock_gettime) begin();
  const int failed = system_clock_gettime(clock, time);
  if (failed || !offsets) return failed;
  int64_t offset = 0;
  if (clock == CLOCK_REALTIME) offset = offsets[0];
  if (clock == CLOCK_MONOTONIC) offset = offsets[1];
  if (clock == CLOCK_BOOTTIME) offset = offsets[2];
  const int64_t now = (int64_t)time->tv_sec * 1000000000 + time->tv_nsec + offset;
  time->tv_sec = now / 1000000000;
  time->tv_nsec = now % 1000000000;
  return 0;
}
