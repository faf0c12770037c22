#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/task.hpp"
#include "controller/watcher.hpp"
#include "k8s/client.hpp"

namespace storefleet::controller {

/// Where a reflector puts what it sees.
class ReflectorSink {
 public:
  ReflectorSink() = default;
  ReflectorSink(const ReflectorSink&) = delete;
  ReflectorSink& operator=(const ReflectorSink&) = delete;
  virtual ~ReflectorSink() = default;

  /// A complete list begins: objects are upserted one by one, then `end_list` says that all others are gone.
  /// May begin again before it ended.
  virtual void begin_list() = 0;
  virtual void end_list() = 0;
  virtual void upsert(const json::value& object) = 0;
  virtual void remove(const json::value& object) = 0;
};

struct ReflectorOptions {
  std::string ns = {};  // empty: all namespaces
  std::string label_selector = {};
  std::string field_selector = {};
  int page_size = 200;  // a page is in memory as text and as JSON: about 4 MB of pods
  Backoff backoff = {};
};

/// Keeps a sink equal to a collection of the API server: pages of a list, then watches with bookmarks,
/// resumed where they ended; a new list when the position expired. Client and sink must outlive run().
class Reflector {
 public:
  Reflector(k8s::Client& client, k8s::Resource resource, ReflectorOptions options, ReflectorSink& sink);

  /// Runs until its task is cancelled. Never fails: it logs a failure once a streak and tries again.
  Task<void> run();

  [[nodiscard]] const k8s::Resource& resource() const { return resource_; }
  [[nodiscard]] bool synced() const { return watcher_.synced(); }
  /// How long nothing but failures has come: what the sink has may be that old. Zero where all is well.
  [[nodiscard]] std::chrono::seconds failing_for() const;
  [[nodiscard]] std::uint64_t lists() const { return lists_; }      // complete ones
  [[nodiscard]] std::uint64_t watches() const { return watches_; }  // opened

 private:
  Task<void> list_page(Watcher::Step step);
  Task<void> watch(Watcher::Step step);
  void take_event(const k8s::WatchEvent& event);
  void report(const Error& error, std::string_view what) const;
  void note(bool well);

  k8s::Client& client_;
  k8s::Resource resource_;
  ReflectorOptions options_;
  ReflectorSink& sink_;
  Watcher watcher_;
  std::optional<std::chrono::steady_clock::time_point> failing_since_;
  std::uint64_t lists_ = 0;
  std::uint64_t watches_ = 0;
};

}  // namespace storefleet::controller
