#include "engines/catalogue.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ranges>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engines/objects.hpp"
#include "engines/value_words.hpp"

namespace storefleet::engines {
namespace {

/// What is wrong with `values` for people, one value at a time; the validator's own words, `otherwise`, where
/// that says nothing.
std::string plain_violations(const ParameterSchema& schema, const json::object& values,
                             const std::string& otherwise) {
  const auto fits = [](const json::object& parameter, const json::value& value) {
    const auto alone = ParameterSchema::compile({{"type", "object"}, {"properties", {{"value", parameter}}}});
    return !alone || alone->violations({{"value", value}}).empty();
  };
  auto words = wrong_values(schema.document(), values, fits);
  return words.empty() ? otherwise + "." : words;
}

/// Changes when any file below the folder does.
Result<std::string> folder_hash(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  std::error_code error;
  // A ConfigMap is mounted as links into a folder "..<time of the mount>", which says nothing of the content.
  constexpr auto kFollow = std::filesystem::directory_options::follow_directory_symlink;
  for (auto it = std::filesystem::recursive_directory_iterator(folder, kFollow, error);
       it != std::filesystem::recursive_directory_iterator(); it.increment(error)) {
    const auto& entry = *it;
    if (entry.path().filename().string().starts_with("..")) {
      it.disable_recursion_pending();
      continue;
    }
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    files[entry.path().lexically_relative(folder).string()] = text.str();
  }
  if (files.empty())
    return fail(ErrorCode::kNotFound, fmt::format("there is no chart in {}", folder.string()));
  json::object document;
  for (const auto& [path, text] : files) document[path] = text;
  return content_hash(document);
}

}  // namespace

Result<EngineCatalogue> EngineCatalogue::load(const std::string& folder,
                                              const std::vector<std::string>& enabled, VolumeGrowth growth) {
  std::map<std::string, Engine> found;
  std::error_code no_folder;
  for (const auto& entry : std::filesystem::directory_iterator(folder, no_folder)) {
    const auto path = entry.path() / "engine.yaml";
    if (!std::filesystem::exists(path)) continue;
    auto document = load_yaml_file(path.string());
    if (!document) return std::unexpected(document.error());
    auto engine = parse_engine(*document);
    if (!engine) return std::unexpected(engine.error().within(path.string()));
    auto name = engine->name;
    found.emplace(std::move(name), *std::move(engine));
  }
  std::vector<Engine> engines;
  for (const auto& name : enabled) {
    const auto it = found.find(name);
    if (it == found.end())
      return fail(
          ErrorCode::kNotFound,
          fmt::format("engine '{}' is enabled, but {} has no engine.yaml of that name", name, folder));
    auto hash = folder_hash(std::filesystem::path(folder) / it->second.chart);
    if (!hash) return std::unexpected(hash.error().within(name));
    it->second.chart_hash = *std::move(hash);
    engines.push_back(it->second);
  }
  return EngineCatalogue(std::move(engines), growth);
}

EngineCatalogue::EngineCatalogue(std::vector<Engine> engines, VolumeGrowth growth) : growth_(growth) {
  for (auto& engine : engines) {
    const auto name = engine.name;
    schemas_.emplace(name, ParameterSchema::compile(engine.parameters));
    engines_.emplace(name, std::move(engine));
  }
}

const Engine* EngineCatalogue::find(const std::string& name) const {
  const auto it = engines_.find(name);
  return it == engines_.end() ? nullptr : &it->second;
}

std::vector<EngineSummary> EngineCatalogue::engines() const {
  std::vector<EngineSummary> summaries;
  for (const auto& [name, engine] : engines_) {
    EngineSummary summary{.name = name,
                          .display_name = engine.display_name,
                          .description = engine.description,
                          .versions = {},
                          .parameters = engine.parameters,
                          .plans = {}};
    for (const auto& version : engine.versions) summary.versions.push_back(version.version);
    for (const auto& [plan, sizes] : engine.plans) summary.plans.push_back(plan);
    summaries.push_back(std::move(summary));
  }
  return summaries;
}

Result<void> EngineCatalogue::check(const StoreSpec& spec) const {
  const auto invalid = [](Reason reason, std::string message) {
    return fail(ErrorCode::kInvalidArgument, std::move(message), reason);
  };
  if (!spec.values_refused.empty())
    return invalid(Reason::kInvalidValues,
                   fmt::format("The values are beyond what any engine takes: {}.", spec.values_refused));
  const auto* engine = find(spec.engine);
  if (engine == nullptr)
    return invalid(Reason::kUnknownEngine,
                   fmt::format("There is no engine '{}' here; choose one of: {}.", spec.engine,
                               fmt::join(std::views::keys(engines_), ", ")));
  if (!engine->plans.contains(spec.plan))
    return invalid(Reason::kUnknownPlan,
                   fmt::format("Engine {} has no plan '{}'; choose one of: {}.", spec.engine, spec.plan,
                               fmt::join(std::views::keys(engine->plans), ", ")));
  const auto has_version = std::ranges::any_of(
      engine->versions, [&](const EngineVersion& version) { return version.version == spec.engine_version; });
  if (!spec.engine_version.empty() && !has_version)
    return invalid(Reason::kUnknownVersion,
                   fmt::format("Engine {} has no version '{}'.", spec.engine, spec.engine_version));
  if (engine->parameters.empty() && spec.values.empty()) return {};
  const auto& schema = schemas_.at(spec.engine);
  if (!schema)
    return invalid(Reason::kInvalidValues,
                   fmt::format("Engine {} is broken: {}.", spec.engine, schema.error().message));
  if (const auto wrong = schema->violations(spec.values); !wrong.empty())
    return invalid(Reason::kInvalidValues, fmt::format("The values do not fit engine {}: {}", spec.engine,
                                                       plain_violations(*schema, spec.values, wrong)));
  return {};
}

Result<void> EngineCatalogue::check_change(const StoreSpec& from, const StoreSpec& to) const {
  if (auto checked = check(to); !checked) return checked;
  const auto& plans = find(to.engine)->plans;
  const auto before = plans.find(from.plan);
  if (before == plans.end()) return {};
  return check_volumes(volume_sizes(before->second), plans.at(to.plan), growth_);
}

std::int64_t EngineCatalogue::storage_bytes(const StoreSpec& spec) const {
  const auto* engine = find(spec.engine);
  if (engine == nullptr || !engine->plans.contains(spec.plan)) return 0;
  return total_bytes(volume_sizes(engine->plans.at(spec.plan)));
}

std::vector<PlanSummary> EngineCatalogue::plans() const {
  std::map<std::string, PlanSummary> plans;
  for (const auto& [name, engine] : engines_)
    for (const auto& [plan, sizes] : engine.plans) {
      auto& summary = plans[plan];
      summary.name = plan;
      summary.engines.push_back({.engine = name,
                                 .storage_bytes = total_bytes(volume_sizes(sizes)),
                                 .storage = sizes.storage,
                                 .quota = sizes.quota,
                                 .resources = sizes.resources});
    }
  std::vector<PlanSummary> summaries;
  summaries.reserve(plans.size());
  for (auto& [name, summary] : plans) summaries.push_back(std::move(summary));
  return summaries;
}

}  // namespace storefleet::engines
