#pragma once
#include <expected>
#include <string>
#include <string_view>

#include "api/problem.hpp"
#include "api/store_hosts.hpp"
#include "domain/hosts.hpp"
#include "domain/ports/engine_directory.hpp"
#include "domain/store.hpp"

namespace storefleet::api {

/// What POST /api/v1/stores asks for.
struct StoreInput {
  std::string name;
  StoreSpec spec;
  bool names_team = false;  // else the spec has the default team
};

/// Reads and checks a body (openapi.yaml: CreateStore). The problem lists every wrong field at once: 400 for
/// malformed JSON and unknown fields, else 422 with the code of the first.
std::expected<StoreInput, Problem> read_store_input(std::string_view body, const EngineDirectory& engines,
                                                    StoreHosts& hosts);

/// Reads a change (openapi.yaml: UpdateStore), a JSON merge patch (RFC 7396) of what `store` was created
/// from, and checks the result like a creation. Also refuses what an existing store cannot become.
std::expected<StoreSpec, Problem> read_store_change(std::string_view body, const Store& store,
                                                    const EngineDirectory& engines, StoreHosts& hosts);

/// The spec, where the store can become that.
std::expected<StoreSpec, Problem> checked_change(const Store& store, StoreSpec spec,
                                                 const EngineDirectory& engines);

}  // namespace storefleet::api
