#include "simulation/helm.hpp"

#include <algorithm>
#include <array>
#include <ranges>

#include <fmt/format.h>

#include "k8s/resource.hpp"
#include "simulation/objects.hpp"

namespace storefleet::simulation {
namespace {

constexpr Millis kDeadline = 60'000;
constexpr std::size_t kKept = 5;
constexpr int kForbiddenTries = 10;
constexpr std::string_view kMerge = "application/merge-patch+json";

struct Manifest {
  const k8s::Resource& kind;
  json::object object;
};

json::object workload(std::string_view name, std::string_view component, const json::object& values,
                      json::object pod) {
  const bool asleep = bool_or(values, {"asleep"}, false);
  json::object labels{{"app.kubernetes.io/component", component}};
  pod["image"] = string_or(values, {"image", "reference"});
  return {{"metadata", {{"name", name}, {"labels", {{"app.kubernetes.io/managed-by", "Helm"}}}}},
          {"spec",
           {{"replicas", asleep ? 0 : 1},
            {"template", {{"metadata", {{"labels", labels}}}, {"spec", std::move(pod)}}}}}};
}

/// store-tiny, in the order in which Helm installs kinds.
std::vector<Manifest> manifest_of(const json::object& values) {
  std::vector<Manifest> objects;
  json::object pod{{"greeting", string_or(values, {"parameters", "greeting"})}};
  json::value web = pod;
  if (const auto files = string_or(values, {"storage", "files"}); !files.empty()) {
    objects.push_back({k8s::kPersistentVolumeClaim,
                       {{"metadata", {{"name", "files"}}},
                        {"spec", {{"resources", {{"requests", {{"storage", files}}}}}}}}});
    web.as_object()["volumes"] = {{{"name", "files"}, {"persistentVolumeClaim", {{"claimName", "files"}}}}};
  }
  objects.push_back({k8s::kService, {{"metadata", {{"name", "web"}}}, {"spec", {{"port", 80}}}}});
  objects.push_back({k8s::kDeployment, workload("web", "web", values, web.as_object())});
  auto database = workload("database", "database", values, {});
  database["spec"].as_object()["volumeClaimTemplates"] = {
      {{"metadata", {{"name", "data"}}},
       {"spec", {{"resources", {{"requests", {{"storage", string_or(values, {"storage", "database"})}}}}}}}}};
  objects.push_back({k8s::kStatefulSet, std::move(database)});
  return objects;
}

Call write(std::string method, std::string path, std::string_view type, const json::value& body) {
  return {"helm", std::move(method), std::move(path), std::string(type),
          body.is_null() ? "" : json::serialize(body)};
}

std::string record_name(std::int64_t revision) {
  return fmt::format("sh.helm.release.v1.store.v{}", revision);
}

std::string record_path(const std::string& ns, const std::string& name) {
  return k8s::object_path(k8s::kSecret, {ns, name});
}

/// PATCH of a record that gives it another status.
Call mark(const std::string& ns, const std::string& name, std::string_view status) {
  return write("PATCH", record_path(ns, name), kMerge,
               json::object{{"metadata", {{"labels", {{"status", status}}}}}});
}

Error error_of(const Answer& answer) {
  const auto code = answer.status == 403   ? ErrorCode::kForbidden
                    : answer.status == 404 ? ErrorCode::kNotFound
                    : answer.status == 409 ? ErrorCode::kConflict
                                           : ErrorCode::kInternal;
  return {code, "Helm: " + string_or(answer.body, {"message"})};
}

}  // namespace

Helm*& current_helm() {
  thread_local Helm* here = nullptr;
  return here;
}

std::vector<Helm::Revision> Helm::history_of(const std::string& ns) const {
  std::vector<Revision> revisions;
  for (const auto& secret : api_.all("secrets", ns)) {
    if (!selects("owner=helm,name=store", *secret)) continue;
    Revision revision{.name = std::string(k8s::meta_name(*secret)),
                      .number = int_or(*secret, {"release", "number"}, 0),
                      .status = std::string(k8s::meta_label(*secret, "status").value_or("")),
                      .values = string_or(*secret, {"release", "values"})};
    for (const auto& path : array_at(*secret, {"release", "objects"}))
      revision.objects.push_back(to_std(path.as_string()));
    revisions.push_back(std::move(revision));
  }
  std::ranges::sort(revisions, {}, &Revision::number);
  return revisions;
}

void Helm::plan_uninstall(Job& job, const std::vector<Revision>& history) {
  if (history.empty()) return;
  const auto& last = history.back();
  if (last.status != "uninstalling") job.writes.push_back(mark(job.ns, last.name, "uninstalling"));
  std::vector<std::string> paths;
  for (const auto& revision : history)
    for (const auto& path : revision.objects)
      if (std::ranges::find(paths, path) == paths.end()) paths.push_back(path);
  std::ranges::reverse(paths);
  for (const auto& path : paths) job.writes.push_back(write("DELETE", path, "", {}));
  for (const auto& revision : history)
    job.writes.push_back(write("DELETE", record_path(job.ns, revision.name), "", {}));
}

void Helm::plan_deploy(Job& job, const std::vector<Revision>& history) const {
  const auto number = history.empty() ? 1 : history.back().number + 1;
  job.record = record_name(number);
  const auto objects = manifest_of(job.values);
  json::array paths;
  for (const auto& [kind, object] : objects)
    paths.push_back(json::string(k8s::object_path(kind, {job.ns, std::string(k8s::meta_name(object))})));
  const auto* pending = history.empty() ? "pending-install" : "pending-upgrade";
  json::object labels{{"owner", "helm"}, {"name", "store"}, {"status", pending}};
  job.writes.push_back(write(
      "POST", record_path(job.ns, ""), "application/json",
      json::object{
          {"metadata", {{"name", job.record}, {"labels", std::move(labels)}}},
          {"release",
           {{"number", number}, {"values", json::serialize(job.values)}, {"objects", std::move(paths)}}}}));
  for (const auto& [kind, object] : objects)
    job.writes.push_back(write("PATCH", k8s::object_path(kind, {job.ns, std::string(k8s::meta_name(object))}),
                               "application/apply-patch+yaml", object));
  job.writes.push_back(mark(job.ns, job.record, "deployed"));
  for (const auto& revision : history)
    if (revision.status == "deployed") job.writes.push_back(mark(job.ns, revision.name, "superseded"));
  if (history.size() < kKept) return;
  for (const auto& revision : history | std::views::take(history.size() + 1 - kKept))
    job.writes.push_back(write("DELETE", record_path(job.ns, revision.name), "", {}));
}

Result<void> Helm::plan(Job& job) const {
  auto history = history_of(job.ns);
  if (tampering_.helper_does_nothing) return {};
  if (job.operation == "uninstall") {
    plan_uninstall(job, history);
    return {};
  }
  if (tampering_.helper_ignores_records) history.clear();
  // An operation that never ended: its owner is dead.
  if (!history.empty() && history.back().status.starts_with("pending-")) {
    job.writes.push_back(mark(job.ns, history.back().name, "failed"));
    history.back().status = "failed";
  } else if (!history.empty() && history.back().status == "uninstalling") {
    plan_uninstall(job, history);
    history.clear();
  }
  if (job.operation == "upgrade" && history.empty())
    return fail(ErrorCode::kNotFound, "Helm: there is no release \"store\"");
  const bool same = !history.empty() && history.back().status == "deployed" &&
                    history.back().values == json::serialize(job.values);
  if (job.operation == "install" && same) return {};
  plan_deploy(job, history);
  return {};
}

void Helm::begin(std::string operation, std::string ns, json::object values,
                 const std::shared_ptr<Exchange>& exchange) {
  auto job = std::make_shared<Job>(Job{.station = wire_.running,
                                       .operation = std::move(operation),
                                       .ns = std::move(ns),
                                       .values = std::move(values),
                                       .exchange = exchange});
  job->started = machine().now;
  job->last_writes = static_cast<int>(random_.between(0, 3));
  jobs_.push_back(job);
  next(job);
}

void Helm::next(const Place& job) {
  auto delay = random_.between(2, 30);
  if (random_.chance(faults_.helper_hangs)) delay += random_.between(100, 70'000);
  agenda_.after(delay, [this, job] { step(job); });
}

void Helm::step(const Place& job) {
  if (job->ended) return;
  if (!job->station->alive && job->last_writes-- <= 0) return end(job, {});
  if (machine().now < job->station->cut_off_until) return next(job);
  // One operation a release at a time: a helper has a lane for each.
  const auto first = std::ranges::find_if(
      jobs_, [&](const Place& each) { return each->station == job->station && each->ns == job->ns; });
  if (*first != job) return next(job);
  if (machine().now - job->started > kDeadline)
    return end(job, fail(ErrorCode::kDeadlineExceeded, "Helm took longer than 60 s"));
  if (random_.chance(faults_.helper_dies)) return kill_helper(job->station);
  if (!job->begun) {
    const auto read = wire_.call(job->station, {"helm", "GET", record_path(job->ns, ""), "", ""});
    if (read.status == 403 && ++job->tries < kForbiddenTries) return next(job);
    if (read.status >= 400) return end(job, std::unexpected(error_of(read)));
    job->begun = true;
    if (auto planned = plan(*job); !planned) return end(job, planned);
  } else if (!job->writes.empty()) {
    const auto call = job->writes.front();
    job->writes.pop_front();
    const auto answer = wire_.call(job->station, call);
    const bool gone = answer.status == 404 && call.method == "DELETE";
    if (answer.status >= 400 && !gone) {
      if (!job->record.empty()) wire_.call(job->station, mark(job->ns, job->record, "failed"));
      return end(job, std::unexpected(error_of(answer)));
    }
  }
  if (job->writes.empty()) return end(job, {});
  next(job);
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

void Helm::stop() {
  kill_helper(wire_.running);
}

}  // namespace storefleet::simulation
