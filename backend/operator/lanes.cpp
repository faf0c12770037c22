#include "operator/lanes.hpp"

namespace storefleet::store_operator {
namespace {

// An in-pod endpoint may hold its request for 3 s while the application starts, so all stores that are being
// made at once should find a place; a probe may cost half a megabyte of answer, so that fewer have to do.
constexpr std::size_t kPods = 256;
constexpr std::size_t kSlowPods = 32;
constexpr std::size_t kProbes = 32;
constexpr std::size_t kSlowProbes = 8;
// The helper works on eight releases at once: slow ones may never take them all.
constexpr std::size_t kHelm = 24;
constexpr std::size_t kSlowHelm = 4;
constexpr std::size_t kRecords = 8;

}  // namespace

int slow_tries(Lane lane) {
  // A store that starts for the first time holds its endpoint's answer back for seconds: that is not slow
  // yet.
  switch (lane) {
    case Lane::kPods:
      return 4;
    case Lane::kProbes:
      return 2;
    default:
      return 1;
  }
}

Lane lane_of(ActionKind kind) {
  switch (kind) {
    case ActionKind::kConfigureSite:
    case ActionKind::kReadLog:
      return Lane::kPods;
    case ActionKind::kProbeRoute:
    case ActionKind::kProbeCommerce:
      return Lane::kProbes;
    case ActionKind::kInstallRelease:
    case ActionKind::kRepairRelease:
    case ActionKind::kUninstallRelease:
      return Lane::kHelm;
    case ActionKind::kAdmit:
    case ActionKind::kSaveReceipt:
    case ActionKind::kReleaseQuota:
      return Lane::kRecords;
    default:
      return Lane::kCluster;
  }
}

Lanes::Lanes(const std::function<void(const std::string& store)>& call)
    : lines_{{{Lane::kPods, Pace::kQuick, {kPods, call}},
              {Lane::kPods, Pace::kSlow, {kSlowPods, call}},
              {Lane::kProbes, Pace::kQuick, {kProbes, call}},
              {Lane::kProbes, Pace::kSlow, {kSlowProbes, call}},
              {Lane::kHelm, Pace::kQuick, {kHelm, call}},
              {Lane::kHelm, Pace::kSlow, {kSlowHelm, call}},
              {Lane::kRecords, Pace::kQuick, {kRecords, call}}}} {}

controller::WaitingLine* Lanes::line_of(Lane lane, Pace pace) {
  // One database answers for all stores: there are no slow ones among them.
  if (lane == Lane::kRecords) pace = Pace::kQuick;
  for (auto& bounded : lines_)
    if (bounded.lane == lane && bounded.pace == pace) return &bounded.line;
  return nullptr;
}

std::optional<Lanes::Place> Lanes::enter(Lane lane, Pace pace, const std::string& store) {
  auto* line = line_of(lane, pace);
  for (auto& bounded : lines_)
    if (&bounded.line != line) bounded.line.forget(store);
  if (line != nullptr && !line->enter(store)) return std::nullopt;
  return Place(line);
}

void Lanes::pass(const std::string& store) {
  for (auto& bounded : lines_) bounded.line.pass(store);
}

void Lanes::forget(const std::string& store) {
  for (auto& bounded : lines_) bounded.line.forget(store);
}

std::size_t Lanes::places() const {
  std::size_t all = 0;
  for (const auto& bounded : lines_) all += bounded.line.places();
  return all;
}

std::size_t Lanes::waiting() const {
  std::size_t all = 0;
  for (const auto& bounded : lines_) all += bounded.line.waiting();
  return all;
}

}  // namespace storefleet::store_operator
