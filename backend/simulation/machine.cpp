#include "simulation/machine.hpp"

#include <cerrno>
#include <chrono>
#include <ctime>
#include <random>

#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/boot_clock.hpp"

// The program of the simulation defines these functions of the C and C++ libraries itself; the linker takes a
// definition of the program before one of a shared library. So the code under test is the one that is
// released, without a seam for its clock. What they do for a thread that is not simulated is what they always
// do.

namespace storefleet::simulation {

namespace {

/// 2026-01-01T00:00:00Z, where every run begins.
constexpr std::int64_t kBeginning = 1'767'225'600;

std::int64_t real_nanoseconds(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

Machine& machine() {
  thread_local Machine here;
  return here;
}

std::int64_t steady_nanoseconds() {
  const auto& here = machine();
  if (here.random == nullptr) return real_nanoseconds(CLOCK_MONOTONIC);
  // Not zero at the start: code may take that for "never".
  return (here.now + here.steady_offset + 1'000'000) * 1'000'000;
}

std::int64_t wall_nanoseconds() {
  const auto& here = machine();
  if (here.random == nullptr) return real_nanoseconds(CLOCK_REALTIME);
  return kBeginning * 1'000'000'000 + (here.now + here.wall_offset) * 1'000'000;
}

Millis run_ready(boost::asio::io_context& context) {
  auto& here = machine();
  here.running = &context;
  context.restart();
  while (context.poll() > 0) context.restart();
  // Nothing is ready: the reactor is about to wait, and says how long (see epoll_wait below).
  here.waits = 0;
  context.restart();
  context.run_one();
  here.running = nullptr;
  return here.waits;
}

}  // namespace storefleet::simulation

// In place of base/boot_clock.cpp.
namespace storefleet::inline base {

BootClock::time_point BootClock::now() noexcept {
  return time_point(duration(simulation::steady_nanoseconds()));
}

}  // namespace storefleet::inline base

namespace std::chrono {
inline namespace _V2 {

steady_clock::time_point steady_clock::now() noexcept {
  return time_point(duration(storefleet::simulation::steady_nanoseconds()));
}

system_clock::time_point system_clock::now() noexcept {
  return time_point(duration(storefleet::simulation::wall_nanoseconds()));
}

}  // namespace _V2
}  // namespace std::chrono

// NOLINTBEGIN(readability-identifier-naming,bugprone-reserved-identifier): names of the libraries.
namespace std {

random_device::result_type random_device::_M_getval() {
  auto* random = storefleet::simulation::machine().random;
  if (random != nullptr) return static_cast<result_type>(random->next());
  result_type value = 0;
  static_cast<void>(getentropy(&value, sizeof value));
  return value;
}

}  // namespace std

extern "C" {

/// Asio's reactor waits for its next timer here. It is told that nothing happened, the process stops running,
/// and the simulation knows when it has to run again.
int epoll_wait(int poll, epoll_event* events, int most, int timeout) {
  auto& here = storefleet::simulation::machine();
  if (here.random == nullptr)
    return static_cast<int>(syscall(SYS_epoll_pwait, poll, events, most, timeout, nullptr, 0));
  if (timeout == 0) return 0;
  here.waits = timeout;
  here.running->stop();
  return 0;
}

/// No simulated process has a descriptor that could become ready.
int epoll_ctl(int poll, int operation, int descriptor, epoll_event* event) {
  if (storefleet::simulation::machine().random != nullptr) return 0;
  return static_cast<int>(syscall(SYS_epoll_ctl, poll, operation, descriptor, event));
}

/// Without a descriptor for timers Asio asks the clock, which is ours.
int timerfd_create(clockid_t clock, int flags) {
  if (storefleet::simulation::machine().random == nullptr)
    return static_cast<int>(syscall(SYS_timerfd_create, clock, flags));
  errno = EINVAL;
  return -1;
}

/// Giving memory back after every list would be most of what a simulated second costs.
int malloc_trim(size_t /*keep*/) noexcept {
  return 0;
}

int RAND_bytes(unsigned char* bytes, int count) {
  auto* random = storefleet::simulation::machine().random;
  if (random == nullptr) return getentropy(bytes, static_cast<size_t>(count)) == 0 ? 1 : 0;
  for (int i = 0; i < count; ++i) bytes[i] = static_cast<unsigned char>(random->next());
  return 1;
}

}  // extern "C"
// NOLINTEND(readability-identifier-naming,bugprone-reserved-identifier)
