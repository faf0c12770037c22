#include "simulation/release.hpp"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "engines/objects.hpp"
#include "simulation/objects.hpp"

namespace storefleet::simulation {
namespace {

json::object named(std::string_view name) {
  return {{"name", name}, {"labels", {{"app.kubernetes.io/managed-by", "Helm"}}}};
}

json::object volume_claim(std::string_view name, std::string_view size) {
  return {{"metadata", named(name)}, {"spec", {{"resources", {{"requests", {{"storage", size}}}}}}}};
}

json::object workload(std::string_view name, const json::object& values, std::string_view claim,
                      json::object container) {
  const bool asleep = bool_or(values, {"asleep"}, false);
  container["name"] = name;
  container["image"] = string_or(values, {"image", "reference"});
  json::object pod{{"containers", json::array{std::move(container)}}};
  if (!claim.empty())
    pod["volumes"] =
        json::array{json::object{{"name", claim}, {"persistentVolumeClaim", {{"claimName", claim}}}}};
  return {
      {"metadata", named(name)},
      {"spec",
       {{"replicas", asleep ? 0 : 1},
        {"template",
         {{"metadata", {{"labels", {{"app.kubernetes.io/component", name}}}}}, {"spec", std::move(pod)}}}}}};
}

std::string content_digest(std::string_view content) {
  const auto digest = sha256(content);
  return to_hex(std::span(digest).first<8>());
}

}  // namespace

std::vector<Manifest> manifest_of(const json::object& values) {
  std::vector<Manifest> objects;
  objects.push_back({k8s::kService,
                     {{"metadata", named("web")},
                      {"spec",
                       {{"selector", {{"app.kubernetes.io/component", "web"}}},
                        {"ports", {{{"name", "http"}, {"port", 80}}}}}}}});
  objects.push_back(
      {k8s::kPersistentVolumeClaim, volume_claim("database", string_or(values, {"storage", "database"}))});
  const auto files = string_or(values, {"storage", "files"});
  if (!files.empty()) objects.push_back({k8s::kPersistentVolumeClaim, volume_claim("files", files)});
  const auto greeting = string_or(values, {"parameters", "greeting"});
  objects.push_back({k8s::kDeployment, workload("web", values, files.empty() ? "" : "files",
                                                {{"env", {{{"name", "GREETING"}, {"value", greeting}}}}})});
  objects.push_back({k8s::kStatefulSet, workload("database", values, "database", {})});
  return objects;
}

std::string Record::name() const {
  return fmt::format("sh.helm.release.v1.{}.v{}", engines::kReleaseName, number);
}

json::object Record::secret() const {
  json::array paths;
  for (const auto& path : objects) paths.push_back(json::string(path));
  const auto content = json::serialize(json::object{
      {"number", number}, {"status", status}, {"values", values}, {"objects", std::move(paths)}});
  json::object labels{{"owner", "helm"},
                      {"name", engines::kReleaseName},
                      {"status", status},
                      {"version", std::to_string(number)}};
  json::object metadata{{"name", name()}};
  if (!digest.empty()) {
    labels[engines::kDigestLabel] = digest;
    json::object noted;
    for (const auto& [object, print] : prints) noted[object] = print;
    if (!prints.empty())
      metadata["annotations"] = {{engines::kContentAnnotation, content_digest(content)},
                                 {engines::kObjectsAnnotation, json::serialize(noted)}};
  }
  metadata["labels"] = std::move(labels);
  return {{"metadata", std::move(metadata)}, {"data", {{"release", encode_base64(content)}}}};
}

History history_of(const ApiServer& api, const std::string& ns) {
  History history;
  for (const auto& secret : api.all("secrets", ns)) {
    if (!selects("owner=helm,name=store", *secret)) continue;
    const auto content = decode_base64(string_or(*secret, {"data", "release"}));
    const auto parsed = parse_json(content.value_or(""));
    if (!parsed || int_or(*parsed, {"number"}, 0) == 0) {
      history.unreadable.emplace_back(k8s::meta_name(*secret), k8s::meta_uid(*secret));
      continue;
    }
    Record record{.number = int_or(*parsed, {"number"}, 0),
                  .status = string_or(*parsed, {"status"}),
                  .values = string_or(*parsed, {"values"}),
                  .objects = {},
                  .digest = std::string(k8s::meta_label(*secret, engines::kDigestLabel).value_or(""))};
    for (const auto& path : array_at(*parsed, {"objects"}))
      record.objects.push_back(to_std(path.as_string()));
    record.whole =
        k8s::meta_label(*secret, "status").value_or("") == "deployed" &&
        k8s::meta_annotation(*secret, engines::kContentAnnotation).value_or("") == content_digest(*content);
    history.records.push_back(std::move(record));
  }
  std::ranges::sort(history.records, {}, &Record::number);
  return history;
}

std::string secret_path(const std::string& ns, const std::string& name) {
  return k8s::object_path(k8s::kSecret, {ns, name});
}

}  // namespace storefleet::simulation
