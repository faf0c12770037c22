#include "simulation/helm.hpp"

#include <algorithm>
#include <ranges>
#include <set>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "base/fingerprint.hpp"
#include "k8s/resource.hpp"
#include "k8s/set_fields.hpp"
#include "releases/helm_helper.hpp"
#include "simulation/objects.hpp"

namespace storefleet::simulation {
namespace {

constexpr Millis kDeadline = 60'000;
constexpr Millis kShortestWrite = 500;
constexpr int kForbiddenTries = 10;
constexpr std::string_view kApply = "application/apply-patch+yaml";
constexpr std::string_view kMerge = "application/merge-patch+json";
constexpr std::string_view kManager = "helm";

Call write_of(std::string method, std::string path, std::string_view type, const json::value& body) {
  return {"helm", std::move(method), std::move(path), std::string(type),
          body.is_null() ? "" : json::serialize(body)};
}

Call put(const std::string& ns, const Record& record) {
  return write_of("PUT", secret_path(ns, record.name()), "application/json", record.secret());
}

Call mark(const std::string& ns, Record record, std::string status) {
  record.status = std::move(status);
  record.prints.clear();
  return put(ns, record);
}

Call removal(std::string path, const std::string& uid) {
  json::value body;
  if (!uid.empty()) body = {{"preconditions", {{"uid", uid}}}};
  return write_of("DELETE", std::move(path), "", body);
}

bool is_kept(std::string_view path) {
  return path.find("/persistentvolumeclaims/") != std::string_view::npos;
}

Error error_of(const Answer& answer) {
  const auto code = answer.status == 403   ? ErrorCode::kForbidden
                    : answer.status == 404 ? ErrorCode::kNotFound
                    : answer.status == 409 ? ErrorCode::kConflict
                                           : ErrorCode::kInternal;
  return {code, "Helm: " + string_or(answer.body, {"message"})};
}

/// The managedFields in which Helm owns what others set of the object; empty where they set nothing.
json::array taken_over(const json::value& object) {
  json::object all;
  bool foreign = false;
  for (const auto& entry : array_at(object, {"metadata", "managedFields"})) {
    foreign = foreign || string_or(entry, {"manager"}) != kManager;
    k8s::merge_fields(all, object_at(entry, {"fieldsV1"}));
  }
  if (!foreign) return {};
  return {json::object{{"manager", kManager}, {"operation", "Apply"}, {"fieldsV1", std::move(all)}}};
}

}  // namespace

Helm*& current_helm() {
  thread_local Helm* here = nullptr;
  return here;
}

void Helm::plan_uninstall(Job& job, const History& history) {
  if (history.records.empty()) return;
  const auto& ns = job.wanted.store_namespace;
  const auto& last = history.records.back();
  if (last.status != "uninstalling") job.writes.push_back({Way::kOnce, mark(ns, last, "uninstalling")});
  std::set<std::string> paths;
  for (const auto& record : history.records) paths.insert(record.objects.begin(), record.objects.end());
  for (const auto& path : paths)
    if (!is_kept(path)) job.writes.push_back({Way::kOnce, removal(path, "")});
  for (const auto& record : history.records)
    job.writes.push_back({Way::kOnce, removal(secret_path(ns, record.name()), "")});
}

void Helm::plan_deploy(Job& job, const History& history) const {
  const auto& [ns, chart, values, digest, claims] = job.wanted;
  const bool first = history.records.empty();
  const auto objects = manifest_of(values);
  Record record{.number = first ? 1 : history.records.back().number + 1,
                .status = first ? "pending-install" : "pending-upgrade",
                .values = json::serialize(values),
                .objects = {},
                .digest = {}};
  for (const auto& [kind, object] : objects)
    record.objects.push_back(k8s::object_path(kind, {ns, std::string(k8s::meta_name(object))}));
  // What is deployed is not what its record says any more.
  if (!first && history.records.front().number == 1 && !history.records.front().digest.empty()) {
    auto doubted = history.records.front();
    doubted.digest.clear();
    job.writes.push_back({Way::kOnce, put(ns, doubted)});
  }
  job.writes.push_back(
      {Way::kOnce, write_of("POST", secret_path(ns, ""), "application/json", record.secret())});
  job.under_way = record;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    auto body = objects[i].object;
    body["kind"] = objects[i].kind.kind;
    if (const auto claim = claims.find(std::string(k8s::meta_name(body)));
        claim != claims.end() && objects[i].kind == k8s::kPersistentVolumeClaim)
      body["metadata"].as_object()["uid"] = claim->second;
    job.writes.push_back({Way::kApply, write_of("PATCH", record.objects[i], kApply, body)});
  }
  auto current = record;
  current.number = 1;
  current.status = "deployed";
  if (record.number != 1) {
    const bool known = history.records.front().number == 1;
    job.writes.push_back(
        {Way::kOnce, known ? put(ns, current)
                           : write_of("POST", secret_path(ns, ""), "application/json", current.secret())});
    auto others = history.records;
    others.push_back(record);
    for (const auto& other : others)
      if (other.number != 1) job.writes.push_back({Way::kOnce, removal(secret_path(ns, other.name()), "")});
  }
  current.digest = digest;
  job.writes.push_back({Way::kSeal, put(ns, current)});
}

void Helm::plan(Job& job) const {
  if (tampering_.helper_does_nothing) return;
  const auto& ns = job.wanted.store_namespace;
  auto history = history_of(api_, ns);
  const auto* last = history.records.empty() ? nullptr : &history.records.back();
  const bool same = last != nullptr && last->number == 1 && last->status == "deployed" &&
                    last->digest == job.wanted.digest && last->whole;
  if (job.operation == "install" && same) return;
  for (const auto& [name, uid] : history.unreadable)
    job.writes.push_back({Way::kOnce, removal(secret_path(ns, name), uid)});
  if (job.operation == "uninstall") return plan_uninstall(job, history);
  if (tampering_.helper_ignores_records) history.records.clear();
  // An operation that never ended: its owner is dead, or was a person.
  if (!history.records.empty()) {
    auto& newest = history.records.back();
    if (newest.pending() || newest.status.starts_with("uninstall")) {
      job.writes.push_back({Way::kOnce, mark(ns, newest, "failed")});
      newest.status = "failed";
    }
  }
  plan_deploy(job, history);
}

void Helm::begin(std::string operation, releases::WantedRelease wanted,
                 const std::shared_ptr<Exchange>& exchange) {
  auto job = std::make_shared<Job>(Job{.station = wire_.running,
                                       .operation = std::move(operation),
                                       .wanted = std::move(wanted),
                                       .exchange = exchange});
  job->started = machine().now;
  job->last_write = random_.chance(500);
  jobs_.push_back(job);
  next(job);
}

void Helm::next(const Place& job) {
  auto delay = random_.between(2, 30);
  // What makes its leader stand still slows it too.
  if (job->station->stopped_until > machine().now) delay += random_.between(100, 20'000);
  if (random_.chance(faults_.helper_hangs)) delay += random_.between(100, 70'000);
  agenda_.after(delay, [this, job] { step(job); });
}

void Helm::step(const Place& job) {
  if (job->ended) return;
  // The system kills it with its leader; what it had sent may still be done.
  if (!job->station->alive) {
    const bool sent = job->begun && std::exchange(job->last_write, false);
    if (!sent || machine().now >= job->station->lent_until) return end(job, {});
  }
  if (machine().now < job->station->cut_off_until) return next(job);
  // One operation a release at a time: a helper has a lane for each.
  const auto first = std::ranges::find_if(jobs_, [&](const Place& each) {
    return each->station == job->station && each->wanted.store_namespace == job->wanted.store_namespace;
  });
  if (*first != job) return next(job);
  if (machine().now - job->started > kDeadline)
    return end(job, fail(ErrorCode::kDeadlineExceeded, "Helm took longer than 60 s"));
  if (random_.chance(faults_.helper_dies)) return kill_helper(job->station);
  if (!job->begun) return read(job);
  if (auto written = write(*job); !written) return end(job, written);
  if (job->writes.empty()) return end(job, {});
  next(job);
}

void Helm::read(const Place& job) {
  const auto answer = ask(*job, {"helm", "GET", secret_path(job->wanted.store_namespace, ""), "", ""});
  if (answer.status == 403 && ++job->tries < kForbiddenTries) return next(job);
  if (answer.status >= 400) return end(job, std::unexpected(error_of(answer)));
  job->begun = true;
  plan(*job);
  if (job->writes.empty()) return end(job, {});
  next(job);
}

Answer Helm::ask(const Job& job, const Call& call) {
  if (random_.chance(faults_.refused) || random_.chance(faults_.server_error))
    return {503, json::object{{"message", "the simulated API server says so"}}};
  auto answer = wire_.call(job.station, call);
  if (random_.chance(faults_.lost_answer)) return {504, json::object{{"message", "no answer"}}};
  return answer;
}

Result<void> Helm::write(Job& job) {
  if (job.writes.empty()) return {};
  const bool leased = job.station->lent_until - machine().now >= kShortestWrite || !job.station->alive;
  if (!leased) return fail(ErrorCode::kUnavailable, "the lease of this helper's leader is over");
  auto next = job.writes.front();
  job.writes.pop_front();
  if (next.way == Way::kSeal) {
    auto record = *job.under_way;
    record.number = 1;
    record.status = "deployed";
    record.digest = job.wanted.digest;
    record.prints = job.prints;
    next.call = put(job.wanted.store_namespace, record);
  }
  const auto answer = ask(job, next.call);
  const bool gone = answer.status == 404 && next.call.method == "DELETE";
  if (answer.status < 400 || gone) {
    auto outcome = next.way == Way::kOnce || next.way == Way::kSeal ? Result<void>{}
                                                                    : after_apply(job, next, answer.body);
    if (outcome) return outcome;
    ask(job, mark(job.wanted.store_namespace, *job.under_way, "failed"));
    return outcome;
  }
  if (answer.status == 409 && next.call.method == "POST") {
    // A Secret has the name of a record, but not the labels by which Helm finds records.
    const k8s::ObjectName name{job.wanted.store_namespace, job.under_way->name()};
    const auto* secret = api_.find("secrets", name);
    if (secret != nullptr && !selects("owner=helm,name=store", *secret)) {
      job.writes.push_front(next);
      job.writes.push_front(
          {Way::kOnce, removal(secret_path(name.ns, name.name), std::string(k8s::meta_uid(*secret)))});
      return {};
    }
  }
  if (job.under_way && next.call.method != "POST" && next.way != Way::kSeal)
    ask(job, mark(job.wanted.store_namespace, *job.under_way, "failed"));
  return std::unexpected(error_of(answer));
}

Result<void> Helm::after_apply(Job& job, const Write& write, const json::value& object) {
  if (k8s::has_deletion_timestamp(object))
    return fail(ErrorCode::kConflict, "Helm: it is still being deleted");
  const auto kind = string_or(*parse_json(write.call.body), {"kind"});
  auto taken = kind == k8s::kPersistentVolumeClaim.kind || write.way == Way::kApplyAgain ? json::array()
                                                                                         : taken_over(object);
  if (taken.empty()) {
    job.prints[fmt::format("{}/{}", kind, k8s::meta_name(object))] =
        fingerprint_text(fingerprint(k8s::set_fields(object, kManager)));
    return {};
  }
  job.writes.push_front({Way::kApplyAgain, write.call});
  job.writes.push_front(
      {Way::kOnce, write_of("PATCH", write.call.target, kMerge,
                            json::object{{"metadata",
                                          {{"resourceVersion", k8s::meta_resource_version(object)},
                                           {"managedFields", std::move(taken)}}}})});
  return {};
}

void Helm::end(const Place& job, Result<void> outcome) {
  job->ended = true;
  std::erase(jobs_, job);
  const auto exchange = job->exchange.lock();
  if (!exchange) return;
  if (outcome)
    exchange->finish(http::Response{});
  else
    exchange->finish(std::unexpected(outcome.error()));
}

void Helm::kill_helper(const std::shared_ptr<Station>& station) {
  const auto jobs = jobs_;
  for (const auto& job : jobs)
    if (job->station == station)
      end(job, fail(ErrorCode::kUnavailable, "the Helm helper ended; the operation is tried again"));
}

bool Helm::works_for(const Station& station) const {
  return std::ranges::any_of(jobs_, [&](const Place& job) { return job->station.get() == &station; });
}

void Helm::stop() {
  kill_helper(wire_.running);
}

}  // namespace storefleet::simulation

// In place of releases/helm_helper.cpp: the helper is a model instead of a process. The linker takes this
// one, since it meets it first.
namespace storefleet::releases {

HelmHelper::HelmHelper(asio::any_io_executor executor, Options options)
    : executor_(std::move(executor)), options_(std::move(options)), writers_(executor_) {}

HelmHelper::~HelmHelper() = default;

Task<void> HelmHelper::run() {
  bool go_on = true;
  while (go_on) go_on = co_await sleep_for(std::chrono::hours(1));
  simulation::current_helm()->stop();
}

void HelmHelper::lend(BootClock::time_point until, std::chrono::milliseconds /*longest_write*/) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - BootClock::now());
  simulation::current_helm()->lend(left.count());
}

Task<Result<void>> HelmHelper::put(std::string operation, WantedRelease wanted) {
  const auto exchange = std::make_shared<simulation::Exchange>(executor_);
  exchange->done.expires_after(options_.deadline + std::chrono::seconds(5));
  simulation::current_helm()->begin(std::move(operation), std::move(wanted), exchange);
  const auto [error] = co_await exchange->done.async_wait(asio::as_tuple(asio::use_awaitable));
  if (exchange->result && *exchange->result) co_return Result<void>{};
  if (exchange->result) co_return std::unexpected(exchange->result->error());
  if (error) co_return fail(ErrorCode::kCancelled, "cancelled");
  co_return fail(ErrorCode::kDeadlineExceeded, "Helm took too long");
}

Task<Result<void>> HelmHelper::install(WantedRelease wanted) {
  return put("install", std::move(wanted));
}

Task<Result<void>> HelmHelper::repair(WantedRelease wanted) {
  return put("upgrade", std::move(wanted));
}

Task<Result<void>> HelmHelper::restore(std::string /*store_namespace*/, VolumeClaims /*claims*/) {
  co_return fail(ErrorCode::kNotFound, "the model's helper restores nothing");
}

Task<Result<void>> HelmHelper::uninstall(std::string store_namespace) {
  return put(
      "uninstall",
      {.store_namespace = std::move(store_namespace), .chart = {}, .values = {}, .digest = {}, .claims = {}});
}

}  // namespace storefleet::releases
