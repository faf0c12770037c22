#include "domain/store.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/enum_names.hpp"
#include "base/text.hpp"

namespace storefleet::inline domain {
namespace {

constexpr auto kAnnotations =
    enum_names<StoreRequest>({{StoreRequest::kRetry, "storefleet.dev/retry"},
                              {StoreRequest::kResetAdminPassword, "storefleet.dev/reset-admin-password"}});

}  // namespace

Result<void> validate_store_name(std::string_view name) {
  const auto invalid = [&](std::string_view why) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("'{}' cannot be a store's name: {}.", clean_text(name, 80), why),
                Reason::kInvalidName);
  };
  if (name.empty()) return invalid("it is empty");
  if (name.size() > kMaxStoreNameLength)
    return invalid(fmt::format("it has {} characters, {} are allowed", name.size(), kMaxStoreNameLength));
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (!std::ranges::all_of(name, allowed)) return invalid("only a-z, 0-9 and '-' are allowed");
  if (name.front() == '-' || name.back() == '-')
    return invalid("it must begin and end with a letter or digit");
  static constexpr std::array<std::string_view, 6> kReserved = {"api",       "www",        "admin",
                                                                "dashboard", "storefleet", "localhost"};
  if (std::ranges::find(kReserved, name) != kReserved.end())
    return invalid("the platform keeps that name for itself");
  return {};
}

bool Store::is_stopped() const {
  return spec.asleep || is_retained();
}

bool Store::is_retained() const {
  return deletion_requested_at && spec.deletion_policy == DeletionPolicy::kRetain &&
         status.phase != Phase::kDeleting;
}

bool Store::has_finalizer() const {
  return std::ranges::find(finalizers, kFinalizer) != finalizers.end();
}

std::string_view annotation_of(StoreRequest request) {
  return kAnnotations.name_of(request);
}

std::string asked_at(const Store& store, StoreRequest request) {
  const auto found = store.annotations.find(std::string(annotation_of(request)));
  return found == store.annotations.end() ? std::string() : found->second;
}

std::optional<ReleaseSpec> rollback_target(const Store& store) {
  const auto& spec = store.spec;
  const auto& status = store.status;
  const ReleaseSpec wanted{
      .engine_version = spec.engine_version.empty() ? status.engine_version : spec.engine_version,
      .plan = spec.plan,
      .values = spec.values};
  const auto found =
      std::ranges::find_if(status.releases, [&](const auto& release) { return release != wanted; });
  return found == status.releases.end() ? std::nullopt : std::optional(*found);
}

}  // namespace storefleet::inline domain
