#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

#include <fmt/format.h>

#include "base/time.hpp"
#include "cli/commands/commands.hpp"
#include "cli/waiting.hpp"

namespace storefleet::cli {
namespace {

struct ApplyOptions {
  std::vector<std::string> files;  // "-": standard input
  bool dry_run = false;
  bool wait = false;
  std::string timeout = "5m";
};

constexpr std::string_view kApiVersion = "storefleet.dev/v1alpha1";

std::unexpected<CommandFailure> usage(std::string message) {
  return std::unexpected(CommandFailure{
      .code = ExitCode::kUsage, .message = std::move(message), .next = "storefleet apply --help"});
}

Outcome<std::string> read_text(Session& session, const std::string& file) {
  std::ostringstream text;
  if (file == "-") {
    text << session.environment.in.rdbuf();
    return text.str();
  }
  std::ifstream stream(file);
  if (!stream) return usage(fmt::format("{} cannot be read.", file));
  text << stream.rdbuf();
  return text.str();
}

/// The documents of a YAML stream; a JSON text is one.
std::vector<std::string> documents_of(const std::string& text) {
  std::vector<std::string> documents(1);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("---") && line.find_first_not_of(" \t\r", 3) == std::string::npos)
      documents.emplace_back();
    else
      documents.back() += line + "\n";
  }
  return documents;
}

/// A store's manifest as the body that creates it.
struct Manifest {
  std::string name;
  json::object body;  // the spec and the name
};

Outcome<Manifest> manifest_of(const json::value& document, const std::string& file) {
  const auto version = string_or(document, {"apiVersion"});
  const auto kind = string_or(document, {"kind"});
  if (version != kApiVersion || kind != "Store")
    return usage(fmt::format("{} has a {} of '{}'; only a Store of '{}' can be applied.", file,
                             kind.empty() ? "document without a kind" : kind, version, kApiVersion));
  Manifest manifest{.name = string_or(document, {"metadata", "name"}), .body = object_at(document, {"spec"})};
  if (manifest.name.empty()) return usage(fmt::format("{} has a Store without metadata.name.", file));
  for (const auto& [key, value] : object_at(document, {"metadata"}))
    if (key != "name" && key != "labels" && key != "annotations")
      return usage(fmt::format("{}: metadata.{} of Store '{}' cannot be applied.", file,
                               std::string_view(key), manifest.name));
  manifest.body["name"] = manifest.name;
  return manifest;
}

Outcome<std::vector<Manifest>> read_manifests(Session& session, const std::string& file) {
  const auto text = read_text(session, file);
  if (!text) return std::unexpected(text.error());
  std::vector<Manifest> manifests;
  for (const auto& part : documents_of(*text)) {
    const auto document = parse_yaml(part);
    if (!document) return usage(fmt::format("{} is {}.", file, document.error().message));
    if (document->is_null()) continue;
    const bool is_list = string_or(*document, {"kind"}) == "List";
    const json::array alone{*document};
    for (const auto& item : is_list ? array_at(*document, {"items"}) : alone) {
      auto manifest = manifest_of(item, file);
      if (!manifest) return std::unexpected(manifest.error());
      manifests.push_back(*std::move(manifest));
    }
  }
  if (manifests.empty()) return usage(fmt::format("{} has no Store.", file));
  return manifests;
}

/// What a store has where its manifest says nothing.
bool is_default(std::string_view key, const json::value& value) {
  if (const auto* text = value.if_string()) return text->empty() || (key == "plan" && *text == "small");
  if (const auto* array = value.if_array()) return array->empty();
  if (const auto* object = value.if_object()) return object->empty();
  return value.is_null();
}

/// The server writes times with milliseconds.
bool is_same(std::string_view key, const json::value& current, const json::value& wanted) {
  if (key != "expiresAt" || !current.is_string() || !wanted.is_string()) return current == wanted;
  const auto time = parse_time(wanted.get_string());
  return time && time == parse_time(current.get_string());
}

/// The merge patch that makes engine parameters equal to `wanted`: what is not there any more goes.
json::object values_patch(const json::object& current, const json::object& wanted) {
  json::object patch;
  for (const auto& [key, value] : current)
    if (!wanted.contains(key)) patch[key] = nullptr;
  for (const auto& [key, value] : wanted) {
    const auto* known = current.if_contains(key);
    if (known != nullptr && *known == value) continue;
    const auto* from = known == nullptr ? nullptr : known->if_object();
    const auto* to = value.if_object();
    patch[key] = from != nullptr && to != nullptr ? json::value(values_patch(*from, *to)) : value;
  }
  return patch;
}

/// The changes that make a store equal to its manifest. Fields that the manifest leaves out stay as they are,
/// and what the server fills in is no difference.
json::object change_of(const json::value& store, const json::object& body) {
  json::object patch;
  for (const auto& [key, value] : body) {
    const auto* current = find_at(store, {key});
    if (current != nullptr ? is_same(key, *current, value) : is_default(key, value)) continue;
    if (const auto* wanted = value.if_object(); wanted != nullptr && key == "values") {
      if (auto values = values_patch(object_at(store, {"values"}), *wanted); !values.empty())
        patch[key] = std::move(values);
    } else {
      patch[key] = value;
    }
  }
  return patch;
}

/// What became of one manifest, and the store as the server shows it.
struct Applied {
  std::string outcome;
  json::value store;
};

Outcome<Applied> apply(ApiClient& api, const Manifest& manifest, bool dry_run) {
  const std::string query = dry_run ? "?validateOnly=true" : "";
  const auto store = api.get(store_path(manifest.name));
  if (!store && store.error().code != ExitCode::kNotFound) return std::unexpected(store.error());
  if (!store) {
    auto created = api.send("POST", "/api/v1/stores" + query, manifest.body);
    if (!created) return std::unexpected(created.error());
    return Applied{"created", *std::move(created)};
  }
  auto patch = change_of(*store, manifest.body);
  if (patch.empty()) return Applied{"unchanged", *store};
  auto changed = api.send("PATCH", store_path(manifest.name, query), std::move(patch));
  if (!changed) return std::unexpected(changed.error());
  return Applied{"configured", *std::move(changed)};
}

/// Creates or changes stores as their manifests (the Store resource, YAML or JSON) say.
Outcome<void> apply_manifests(Session& session, const ApplyOptions& options) {
  auto& world = session.environment;
  const auto timeout = read_timeout(options.timeout);
  if (!timeout) return std::unexpected(timeout.error());
  // All are read before the first is applied.
  std::vector<Manifest> manifests;
  for (const auto& file : options.files) {
    auto some = read_manifests(session, file);
    if (!some) return std::unexpected(some.error());
    std::ranges::move(*some, std::back_inserter(manifests));
  }
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  const bool is_table = session.format == OutputFormat::kTable || session.format == OutputFormat::kWide;
  json::array stores;
  for (const auto& manifest : manifests) {
    auto applied = apply(**api, manifest, options.dry_run);
    if (!applied) {
      applied.error().details.insert(applied.error().details.begin(), "store: " + manifest.name);
      return std::unexpected(applied.error());
    }
    if (is_table)
      world.out << "store/" << printable(manifest.name) << " " << applied->outcome
                << (options.dry_run ? " (dry run)\n" : "\n") << std::flush;
    stores.push_back(std::move(applied->store));
  }
  for (auto& store : stores) {
    if (!options.wait || options.dry_run) break;
    auto ready = wait_for(session, {.name = string_or(store, {"name"}),
                                    .uid = string_or(store, {"uid"}),
                                    .generation = int_or(store, {"generation"}, 0),
                                    .goal = goal_of(store),
                                    .timeout = *timeout});
    if (!ready) return std::unexpected(ready.error());
    store = *std::move(ready);
  }
  if (!is_table) print(json::object{{"items", std::move(stores)}}, {}, session.format, world);
  return {};
}

}  // namespace

void add_apply(Words& words) {
  auto& options = words.keep<ApplyOptions>();
  auto* command = words.add("apply", "Create or change stores as manifests say",
                            [&options](Session& s) { return apply_manifests(s, options); });
  command
      ->add_option("-f,--filename", options.files,
                   "File of Store manifests, YAML or JSON; - is standard input")
      ->required()
      ->expected(1)
      ->take_all();
  command->add_flag("--dry-run", options.dry_run, "Only have the server check it");
  command->add_flag("--wait", options.wait, "Return when all of them are ready, or one has failed");
  command->add_option("--timeout", options.timeout, "How long --wait waits for each")->capture_default_str();
}

}  // namespace storefleet::cli
