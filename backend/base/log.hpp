#pragma once
#include <initializer_list>
#include <string>
#include <string_view>

namespace storefleet::inline base {

enum class LogLevel { kDebug, kInfo, kWarning, kError };
enum class LogFormat { kText, kJson };

/// One key=value of a log line. Values are never secrets.
struct LogField {
  std::string_view key;
  std::string value;
};

/// Where log lines go: standard error, from `level` up. Call once, before the first line.
void configure_logging(LogLevel level, LogFormat format);

/// Writes one line: a constant message plus fields (style.md: store, team, request_id, reconcile_id …).
/// Thread-safe.
void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

inline void log_debug(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kDebug, message, fields);
}
inline void log_info(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kInfo, message, fields);
}
inline void log_warning(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kWarning, message, fields);
}
inline void log_error(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kError, message, fields);
}

}  // namespace storefleet::inline base
