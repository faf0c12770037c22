#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

/// Cookies that the page of another host has set for a domain above both (RFC 6265, 8.6): on plain http
/// nothing but their number tells them from ours, so that of two with the same name neither counts.
namespace storefleet::api {

/// The Set-Cookie values that make a browser forget all of that name which a page of another host could have
/// set for this request, so that the next login works; empty where there are not two. Ours stays: it is bound
/// to its host.
std::vector<std::string> forget_planted(const http::Headers& headers, std::string_view name,
                                        std::string_view target);

}  // namespace storefleet::api
