#include "simulation/agenda.hpp"

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/log.hpp"

namespace storefleet::simulation {

bool Agenda::do_one() {
  if (entries_.empty() || entries_.top().when > machine().now) return false;
  auto happening = entries_.top().happening;
  entries_.pop();
  happening();
  return true;
}

void Trace::add(const std::string& who, const std::string& what) {
  for (const char c : what) digest_ = (digest_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  digest_ ^= static_cast<std::uint64_t>(machine().now);
  if (!kept_) return;
  lines_.push_back(
      fmt::format("{:9.3f} s  {:12} {}", static_cast<double>(machine().now) / 1000.0, who, what));
}

Trace*& current_trace() {
  thread_local Trace* here = nullptr;
  return here;
}

}  // namespace storefleet::simulation

// In place of base/log.cpp: the linker takes these, since it meets them first.
namespace storefleet::inline base {

void configure_logging(LogLevel /*level*/, LogFormat /*format*/) {}

void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  auto* trace = simulation::current_trace();
  if (trace == nullptr || !trace->kept()) return;
  std::string line(message);
  for (const auto& field : fields)
    if (!field.value.empty()) line += fmt::format(" {}={}", field.key, field.value);
  trace->add(level == LogLevel::kError ? "  log ERROR" : "  log", line);
}

}  // namespace storefleet::inline base
