#pragma once
#include "base/result.hpp"
#include "base/task.hpp"
#include "storage/pool.hpp"

namespace storefleet::storage {

/// Brings the schema up to what this binary needs: runs every embedded `migrations/NNNN_name.sql` that
/// table schema_migrations does not list, in order, in one transaction under an advisory lock. Replicas that
/// start together wait for the first. A database that is newer than the binary is left as it is, so that an
/// old replica survives a rolling upgrade. Returns how many ran.
Task<Result<int>> migrate(Pool& pool);

}  // namespace storefleet::storage
