#include "base/text.hpp"
#include "operator/actions/actions.hpp"
#include "operator/decisions/diagnose.hpp"

namespace storefleet::store_operator {
namespace {

constexpr int kEvidenceLines = 10;
constexpr int kEvidenceBytes = 4096;

}  // namespace

Task<Result<void>> read_log(Tools tools, Observed& observed) {
  const auto* pod = crashed_pod(observed);
  if (pod == nullptr) co_return Result<void>{};
  k8s::LogOptions options{.container = pod->crashed_container,
                          .tail_lines = kEvidenceLines,
                          .previous = true,
                          .limit_bytes = kEvidenceBytes};
  auto log = co_await tools.client.pod_logs(observed.identity.store_namespace, pod->name, std::move(options));
  observed.memory.evidence_of = evidence_key(*pod);
  observed.memory.evidence =
      log ? clean_text(*log, kEvidenceBytes) : "(the log cannot be read: " + log.error().message + ")";
  co_return Result<void>{};
}

}  // namespace storefleet::store_operator
