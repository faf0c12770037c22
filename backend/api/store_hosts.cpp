#include "api/store_hosts.hpp"

#include <algorithm>

namespace storefleet::api {

StoreHosts::StoreHosts(StoreGateway& stores, PlatformHosts platform)
    : stores_(stores), platform_(std::move(platform)) {
  stores_.on_change([this](const Store* old, const Store* now) {
    if (!loaded_) return;
    if (now != nullptr)
      put(*now);
    else
      drop(old->name);
  });
}

bool StoreHosts::load() {
  if (loaded_) return true;
  loaded_ = stores_.visit([this](const Store& store) { put(store); }).has_value();
  return loaded_;
}

void StoreHosts::put(const Store& store) {
  auto& entry = entries_[store.name];
  if (entry.hosts != store.spec.hosts) {
    for (const auto& host : entry.hosts) by_host_.erase({last_label_first(host), store.name});
    for (const auto& host : store.spec.hosts) by_host_.emplace(last_label_first(host), store.name);
  }
  entry = {.uid = store.uid,
           .team = store.spec.team,
           .hosts = store.spec.hosts,
           .asleep = store.is_stopped(),
           .leaving = store.deletion_requested_at && !store.is_retained()};
}

void StoreHosts::drop(const std::string& name) {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return;
  for (const auto& host : found->second.hosts) by_host_.erase({last_label_first(host), name});
  entries_.erase(found);
}

std::vector<HeldHost> StoreHosts::family_of(std::string_view host) {
  std::vector<HeldHost> held;
  if (!load()) return held;
  const auto add = [&](std::string_view name, const std::string& store) {
    const auto& entry = entries_.at(store);
    if (!entry.leaving) held.push_back({std::string(name), entry.uid, store, entry.team});
  };
  const auto add_exactly = [&](std::string_view name) {
    const auto key = last_label_first(name);
    for (auto it = by_host_.lower_bound({key, ""}); it != by_host_.end() && it->first == key; ++it)
      add(name, it->second);
  };
  add_exactly(host);
  for (auto dot = host.find('.'); dot != std::string_view::npos; dot = host.find('.', dot + 1))
    add_exactly(host.substr(dot + 1));
  const auto prefix = last_label_first(host);
  for (auto it = by_host_.lower_bound({prefix, ""}); it != by_host_.end() && it->first.starts_with(prefix);
       ++it)
    if (it->first != prefix) add(first_label_first(it->first), it->second);
  return held;
}

ShopState StoreHosts::shop_at(std::string_view host) {
  if (!load()) return ShopState::kAwake;
  const auto state_of = [](const Entry& entry) {
    if (entry.leaving) return ShopState::kNone;
    return entry.asleep ? ShopState::kAsleep : ShopState::kAwake;
  };
  if (is_below(host, platform_.base_domain)) {
    const auto found =
        entries_.find(std::string(host.substr(0, host.size() - platform_.base_domain.size() - 1)));
    return found == entries_.end() ? ShopState::kNone : state_of(found->second);
  }
  const auto key = last_label_first(host);
  auto state = ShopState::kNone;
  for (auto it = by_host_.lower_bound({key, ""}); it != by_host_.end() && it->first == key; ++it)
    state = std::max(state, state_of(entries_.at(it->second)));
  return state;
}

}  // namespace storefleet::api
