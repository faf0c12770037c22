#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "controller/reflector.hpp"
#include "k8s/client.hpp"
#include "k8s/resource.hpp"

namespace storefleet::controller {

/// A copy in memory of the objects of one kind, kept up to date by a watch. Of each object only what the
/// projection makes of it is kept; an object for which it returns nothing counts as absent.
/// One thread (the executor's); what a pointer shows stays the same until the next change of the cache, that
/// is until the next co_await, and the place of an object stays its place until the object goes. Run `run()`
/// in a TaskScope that is cancelled and joined before the cache is destroyed.
template <class T>
class WatchCache : private ReflectorSink {
 public:
  using ObjectName = k8s::ObjectName;
  using Projection = std::function<std::optional<T>(const json::value& object)>;
  /// The key of the secondary index; an empty key is not indexed.
  using Index = std::function<std::string(const ObjectName& name, const T& value)>;
  /// `old` is null for a new object, `now` for one that went. Must not run coroutines to completion inline.
  using Listener = std::function<void(const ObjectName& name, const T* old, const T* now)>;

  WatchCache(k8s::Client& client, k8s::Resource resource, ReflectorOptions options, Projection project,
             Index index = {})
      : project_(std::move(project)),
        index_(std::move(index)),
        reflector_(client, resource, std::move(options), *this) {}

  /// Listeners are called in the order they were added, after the cache has changed. Add them before run().
  void on_change(Listener listener) { listeners_.push_back(std::move(listener)); }

  /// Lists and watches until its task is cancelled.
  Task<void> run() { return reflector_.run(); }

  [[nodiscard]] bool synced() const { return reflector_.synced(); }
  /// See Reflector.
  [[nodiscard]] std::chrono::seconds failing_for() const { return reflector_.failing_for(); }

  /// Ends when the first list is complete, or early when its task is cancelled.
  Task<void> wait_synced() {
    while (!reflector_.synced()) {
      if (!co_await sleep_for(std::chrono::milliseconds(10))) co_return;
    }
  }

  [[nodiscard]] const T* find(const ObjectName& name) const {
    const auto found = entries_.find(name);
    return found == entries_.end() ? nullptr : &found->second.value;
  }

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

  /// Calls `visit(const ObjectName&, const T&)` for every object, in no particular order.
  template <class Visitor>
  void for_each(Visitor visit) const {
    for (const auto& [name, entry] : entries_) visit(name, entry.value);
  }

  /// The objects whose index key is `key`, in no particular order.
  [[nodiscard]] std::vector<const T*> by_index(const std::string& key) const {
    std::vector<const T*> values;
    const auto found = names_by_key_.find(key);
    if (found == names_by_key_.end()) return values;
    values.reserve(found->second.size());
    for (const auto* name : found->second) values.push_back(&entries_.at(*name).value);
    return values;
  }

  /// The same with names. Valid until the next change.
  [[nodiscard]] std::vector<std::pair<const ObjectName*, const T*>> entries_by_index(
      const std::string& key) const {
    std::vector<std::pair<const ObjectName*, const T*>> values;
    const auto found = names_by_key_.find(key);
    if (found == names_by_key_.end()) return values;
    values.reserve(found->second.size());
    for (const auto* name : found->second) values.emplace_back(name, &entries_.at(*name).value);
    return values;
  }

  [[nodiscard]] const Reflector& reflector() const { return reflector_; }

 private:
  struct Entry {
    T value;
    std::uint32_t generation = 0;  // of the list that saw it last
  };

  void begin_list() override { ++generation_; }

  void end_list() override {
    std::vector<ObjectName> stale;
    for (const auto& [name, entry] : entries_) {
      if (entry.generation != generation_) stale.push_back(name);
    }
    for (const auto& name : stale) erase(name);
  }

  void upsert(const json::value& object) override {
    auto name = k8s::object_name(object);
    auto projected = project_(object);
    if (!projected) {
      erase(name);
      return;
    }
    const auto position = entries_.find(name);
    const bool added = position == entries_.end();
    auto& [key, entry] =
        added ? *entries_.emplace(std::move(name), Entry{std::move(*projected), 0}).first : *position;
    entry.generation = generation_;
    if (!added) {
      unindex(key, entry.value);
      std::swap(entry.value, *projected);  // *projected is the old value from here on
    }
    if (index_) {
      auto index_key = index_(key, entry.value);
      if (!index_key.empty()) names_by_key_[std::move(index_key)].insert(&key);
    }
    for (const auto& listener : listeners_) listener(key, added ? nullptr : &*projected, &entry.value);
  }

  void remove(const json::value& object) override { erase(k8s::object_name(object)); }

  void erase(const ObjectName& name) {
    const auto position = entries_.find(name);
    if (position == entries_.end()) return;
    unindex(position->first, position->second.value);
    const auto node = entries_.extract(position);
    for (const auto& listener : listeners_) listener(node.key(), &node.mapped().value, nullptr);
  }

  void unindex(const ObjectName& name, const T& value) {
    if (!index_) return;
    const auto found = names_by_key_.find(index_(name, value));
    if (found == names_by_key_.end()) return;
    found->second.erase(&name);
    if (found->second.empty()) names_by_key_.erase(found);
  }

  Projection project_;
  Index index_;
  std::vector<Listener> listeners_;
  std::unordered_map<ObjectName, Entry> entries_;  // node-based: the addresses of its keys are stable
  std::unordered_map<std::string, std::unordered_set<const ObjectName*>> names_by_key_;
  std::uint32_t generation_ = 0;
  Reflector reflector_;
};

}  // namespace storefleet::controller
