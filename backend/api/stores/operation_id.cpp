#include "api/stores/operation_id.hpp"

#include <charconv>

#include <fmt/format.h>

#include "api/fingerprint.hpp"
#include "api/request.hpp"
#include "base/base64.hpp"
#include "base/enum_names.hpp"

namespace storefleet::api {
namespace {

constexpr auto kKinds = enum_names<OperationKind>({{OperationKind::kCreate, "create"},
                                                   {OperationKind::kUpdate, "update"},
                                                   {OperationKind::kDelete, "delete"}});

/// Cuts the text before the first `separator` off `rest`.
std::string_view cut(std::string_view& rest, char separator) {
  const auto end = std::min(rest.find(separator), rest.size());
  const auto part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

}  // namespace

std::string_view to_string(OperationKind kind) {
  return kKinds.name_of(kind);
}

std::string encode_operation_id(std::string_view key, OperationKind kind, const Store& store) {
  const auto plain = fmt::format("{}/{}/{}/{}/{}", to_string(kind), store.generation, store.uid,
                                 store.spec.team, store.name);
  return encode_base64url(fmt::format("{}/{}", fingerprint_with(key, plain), plain));
}

std::optional<OperationId> decode_operation_id(std::string_view key, std::string_view text) {
  const auto proved = decode_base64url(text);
  if (!proved) return std::nullopt;
  std::string_view rest = *proved;
  const auto proof = cut(rest, '/');
  if (fingerprint_with(key, rest) != proof) return std::nullopt;
  const auto kind = kKinds.value_of(cut(rest, '/'));
  const auto number = cut(rest, '/');
  const auto uid = cut(rest, '/');
  const auto team = cut(rest, '/');
  OperationId id{.kind = kind.value_or(OperationKind::kCreate),
                 .generation = 0,
                 .store_uid = std::string(uid),
                 .store_name = std::string(rest),
                 .team = std::string(team)};
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), id.generation);
  const bool whole = error == std::errc{} && end == number.data() + number.size();
  if (!kind || !whole || uid.empty() || !is_resource_name(rest)) return std::nullopt;
  return id;
}

}  // namespace storefleet::api
