#include "domain/email.hpp"

#include <algorithm>
#include <string>

#include "domain/hosts.hpp"

namespace storefleet::inline domain {

bool is_email_address(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || text.size() > 254) return false;
  const auto local = text.substr(0, at);
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+/=?^_`{|}~.-").contains(c);
  };
  std::string host(text.substr(at + 1));
  for (auto& c : host)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return !local.empty() && local.size() <= 64 && std::ranges::all_of(local, allowed) &&
         !local.starts_with('.') && !local.ends_with('.') && !local.contains("..") && is_host_name(host);
}

}  // namespace storefleet::inline domain
