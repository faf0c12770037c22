#include "base/log.hpp"

#include <memory>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/json.hpp"
#include "base/time.hpp"

namespace storefleet::inline base {
namespace {

LogFormat& format_setting() {
  static LogFormat format = LogFormat::kText;
  return format;
}

spdlog::logger& logger() {
  static const auto kLogger = [] {
    auto created =
        std::make_shared<spdlog::logger>("storefleet", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    created->set_pattern("%v");
    created->flush_on(spdlog::level::info);
    return created;
  }();
  return *kLogger;
}

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "info";
}

}  // namespace

void configure_logging(LogLevel level, LogFormat format) {
  logger().set_level(to_spdlog(level));
  format_setting() = format;
}

void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (!logger().should_log(to_spdlog(level))) return;
  const auto now = format_time(std::chrono::system_clock::now());
  std::string line;
  if (format_setting() == LogFormat::kJson) {
    json::object object{{"time", now}, {"level", level_name(level)}, {"message", message}};
    for (const auto& field : fields) object[field.key] = field.value;
    line = json::serialize(object);
  } else {
    line = fmt::format("{} {:7} {}", now, level_name(level), message);
    for (const auto& field : fields)
      line += fmt::format(" {}={}", field.key, json::serialize(json::value(field.value)));
  }
  logger().log(to_spdlog(level), line);
}

}  // namespace storefleet::inline base
