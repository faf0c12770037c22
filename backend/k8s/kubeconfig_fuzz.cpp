#include <cstdint>
#include <cstdlib>
#include <string>

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "k8s/config.hpp"

/// Kubeconfig files, out of a file in memory. What is wrong with one is said.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const int kFile = memfd_create("kubeconfig", 0);
  if (ftruncate(kFile, 0) != 0 || pwrite(kFile, data, size, 0) != static_cast<ssize_t>(size)) return 0;
  const auto config = storefleet::k8s::load_kubeconfig(fmt::format("/proc/self/fd/{}", kFile));
  if (!config && config.error().message.empty()) std::abort();
  return 0;
}
