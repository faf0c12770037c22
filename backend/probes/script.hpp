#pragma once
#include <map>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "engines/engine.hpp"
#include "http/message.hpp"

/// The pure parts of an engine's script of requests (`probe` and `check` of engine.yaml).
namespace storefleet::probes {

/// What "{name}" stands for: what the caller gave and earlier steps captured.
using ScriptVariables = std::map<std::string, std::string>;

/// A value is not looked into again: those that a store gave could name each other, and grow beyond all
/// bounds.
std::string substitute(const std::string& text, const ScriptVariables& variables);
/// In JSON a string that is one placeholder for digits becomes a number.
json::value substitute(const json::value& body, const ScriptVariables& variables);

/// Compares an answer with what the step expects and takes its captures.
Result<void> judge(const engines::ProbeStep& step, const http::Response& response,
                   ScriptVariables& variables);

/// The cookies of one visitor (RFC 6265 without paths and dates: a script visits one origin, for seconds).
class CookieJar {
 public:
  /// Takes the Set-Cookie headers; one with Max-Age=0 removes its cookie.
  void take(const http::Headers& headers);
  /// The Cookie header; empty where there are none.
  [[nodiscard]] std::string header() const;

 private:
  std::map<std::string, std::string, std::less<>> cookies_;
};

}  // namespace storefleet::probes
