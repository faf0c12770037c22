#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/duration.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/store_list.hpp"
#include "cli/secrets.hpp"
#include "cli/waiting.hpp"
#include "http/percent.hpp"

namespace storefleet::cli {
namespace {

struct CreateOptions {
  std::string name;
  std::string engine;
  std::string plan;
  std::string title;
  std::string email;
  std::string note;
  std::string team;
  std::string expires;  // a time (RFC 3339) or a duration from now
  std::vector<std::string> hosts;
  std::vector<std::string> values;  // key=value
  bool no_sample_data = false;
  bool wait = false;
  std::string timeout = "5m";
  std::string idempotency_key;
  bool protect = false;
};

struct UpdateOptions {
  std::string name;
  std::string plan;
  std::string title;
  std::string email;
  std::optional<std::string> note;  // empty: none any more
  std::string engine_version;
  std::string expires;              // a time (RFC 3339), a duration from now, or "never"
  std::vector<std::string> hosts;   // one that is empty: none any more
  std::optional<bool> protect;      // from deletion
  std::vector<std::string> values;  // key=value; key= takes it back to its default
  bool wait = false;
  std::string timeout = "5m";
};

/// So long before a store deletes itself the list says so.
constexpr std::chrono::days kExpiryWarning{7};

CommandFailure usage(std::string message, std::string next) {
  return {.code = ExitCode::kUsage, .message = std::move(message), .next = std::move(next)};
}

/// "a.b=1" → {"a":{"b":1}}; what is no JSON is a text.
Outcome<void> set_value(json::object& values, const std::string& assignment) {
  const auto equals = assignment.find('=');
  const auto wrong = [&] {
    return std::unexpected(
        usage(fmt::format("'{}' is not of the form key=value.", assignment), std::string(kGeneralHelp)));
  };
  if (equals == std::string::npos || equals == 0) return wrong();
  const auto text = assignment.substr(equals + 1);
  std::string_view path = std::string_view(assignment).substr(0, equals);
  json::object* place = &values;
  for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    auto& child = (*place)[path.substr(0, dot)];
    if (child.is_null()) child.emplace_object();
    if (!child.is_object()) return wrong();
    place = &child.get_object();
    path.remove_prefix(dot + 1);
  }
  if (path.empty()) return wrong();
  const auto parsed = parse_json(text);
  (*place)[path] = parsed && !text.empty() ? *parsed : json::value(json::string(text));
  return {};
}

Outcome<json::object> values_of(const std::vector<std::string>& assignments) {
  json::object values;
  for (const auto& assignment : assignments)
    if (const auto set = set_value(values, assignment); !set) return std::unexpected(set.error());
  return values;
}

/// The only engine there is; with several the user chooses.
Outcome<std::string> default_engine(ApiClient& api, const std::string& store) {
  const auto engines = api.get("/api/v1/engines");
  if (!engines) return std::unexpected(engines.error());
  const auto& items = array_at(*engines, {"items"});
  std::vector<std::string> names;
  for (const auto& item : items) names.push_back(string_or(item, {"name"}));
  if (names.size() == 1) return names.front();
  if (names.empty())
    return std::unexpected(CommandFailure{.code = ExitCode::kFailed,
                                          .message = "This platform offers no engine.",
                                          .next = "storefleet engines"});
  return std::unexpected(usage(fmt::format("Choose an engine: {}.", fmt::join(names, ", ")),
                               fmt::format("storefleet create {} --engine {}", store, names.front())));
}

/// Sets when a store is to expire, from a time or a duration from now; null for "never". A bare number could
/// mean anything, and what it means deletes a store.
Outcome<void> put_expiry(json::object& body, const std::string& text) {
  if (text.empty()) return {};
  if (text == "never") {
    body["expiresAt"] = nullptr;
    return {};
  }
  const bool counted = text.ends_with('h') || text.ends_with('d');
  const auto left = counted ? parse_duration(text, std::chrono::years(10)) : std::nullopt;
  if (!left && !parse_time(text))
    return std::unexpected(
        usage(fmt::format("'{}' is no time: write 2026-12-24T18:00:00Z, or 12h or 30d from now.", text),
              std::string(kGeneralHelp)));
  body["expiresAt"] = left ? format_time(std::chrono::system_clock::now() + *left) : text;
  return {};
}

/// The host names that a store is to have besides its own; `--host ''` stands for none.
Outcome<void> put_hosts(json::object& body, const std::vector<std::string>& hosts) {
  if (hosts.empty()) return {};
  const bool none = std::ranges::find(hosts, "") != hosts.end();
  if (none && hosts.size() > 1)
    return std::unexpected(
        usage("--host '' means no further host names: give it alone.", std::string(kGeneralHelp)));
  body["hosts"] = none ? json::array() : json::array(hosts.begin(), hosts.end());
  return {};
}

Outcome<json::object> body_of(const CreateOptions& options, const std::string& engine) {
  json::object body{{"name", options.name}, {"engine", engine}};
  const auto put = [&body](std::string_view key, const std::string& text) {
    if (!text.empty()) body[key] = text;
  };
  put("plan", options.plan);
  put("title", options.title);
  put("adminEmail", options.email);
  put("note", options.note);
  put("team", options.team);
  if (const auto put_them = put_hosts(body, options.hosts); !put_them)
    return std::unexpected(put_them.error());
  if (options.no_sample_data) body["sampleData"] = false;
  if (options.protect) body["deletionPolicy"] = "Retain";
  if (const auto expiry = put_expiry(body, options.expires); !expiry) return std::unexpected(expiry.error());
  if (options.expires == "never") body.erase("expiresAt");  // as any new store
  auto values = values_of(options.values);
  if (!values) return std::unexpected(values.error());
  if (!values->empty()) body["values"] = *std::move(values);
  return body;
}

Outcome<json::object> change_of(const UpdateOptions& options) {
  json::object body;
  const auto put = [&body](std::string_view key, const std::string& text) {
    if (!text.empty()) body[key] = text;
  };
  put("plan", options.plan);
  put("title", options.title);
  put("adminEmail", options.email);
  put("engineVersion", options.engine_version);
  if (options.note) body["note"] = *options.note;
  if (options.protect) body["deletionPolicy"] = *options.protect ? "Retain" : "Delete";
  if (const auto expiry = put_expiry(body, options.expires); !expiry) return std::unexpected(expiry.error());
  if (const auto put_them = put_hosts(body, options.hosts); !put_them)
    return std::unexpected(put_them.error());
  auto values = values_of(options.values);
  if (!values) return std::unexpected(values.error());
  for (auto& [key, value] : *values)
    if (value.is_string() && value.get_string().empty()) value = nullptr;
  if (!values->empty()) body["values"] = *std::move(values);
  if (body.empty()) return std::unexpected(usage("Nothing to change was given.", "storefleet update --help"));
  return body;
}

/// A failure whose next command shows the engine's parameters, where the server refused values.
CommandFailure with_engine(CommandFailure failure, const std::string& engine) {
  if (failure.next == "storefleet engines" && !failure.message.starts_with("There is no engine"))
    failure.next = fmt::format("storefleet engines {}", engine);
  return failure;
}

/// Which stores delete themselves soon, and how to keep them.
void warn_of_expiry(const json::array& stores, Environment& world) {
  const auto now = std::chrono::system_clock::now();
  for (const auto& store : stores) {
    const auto expires = parse_time(string_or(store, {"expiresAt"}));
    if (!expires || *expires > now + kExpiryWarning) continue;
    const auto name = printable(string_or(store, {"name"}));
    world.err << "warning: " << name << " deletes itself in " << format_age(now, *expires)
              << ". next: storefleet extend " << name << "\n";
  }
}

/// The end of `create --wait`: in a table's place just the address, for the next command.
void print_created(Session& session, const json::value& store) {
  auto& world = session.environment;
  if (session.format != OutputFormat::kTable) {
    print(store, store_columns(std::chrono::system_clock::now()), session.format, world);
    return;
  }
  world.err << "Store " << printable(string_or(store, {"name"})) << " is ready.\n";
  world.out << printable(string_or(store, {"url"})) << "\n";
}

/// A page of the list.
std::string list_query(const StoreFilter& options, const std::string& page_token) {
  http::QueryParameters query;
  query.add("pageSize", "500");
  query.add_unless_empty("phase", options.phase);
  query.add_unless_empty("engine", options.engine);
  query.add_unless_empty("team", options.team);
  query.add_unless_empty("q", options.query);
  query.add_unless_empty("pageToken", page_token);
  return query.to_string();
}

Outcome<void> create_store(Session& session, const CreateOptions& options) {
  const auto timeout = read_timeout(options.timeout);
  if (!timeout) return std::unexpected(timeout.error());
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  auto engine =
      options.engine.empty() ? default_engine(**api, options.name) : Outcome<std::string>(options.engine);
  if (!engine) return std::unexpected(engine.error());
  auto body = body_of(options, *engine);
  if (!body) return std::unexpected(body.error());
  http::Headers headers;
  if (!options.idempotency_key.empty()) headers.set("Idempotency-Key", options.idempotency_key);
  const auto created = (*api)->send("POST", "/api/v1/stores", std::move(*body), headers);
  if (!created) return std::unexpected(with_engine(created.error(), *engine));
  if (!options.wait) {
    print(*created, store_columns(std::chrono::system_clock::now()), session.format, session.environment);
    session.environment.err << "next: storefleet wait " << printable(options.name) << " --for ready\n";
    return {};
  }
  const auto store = wait_for(session, {.name = options.name,
                                        .uid = string_or(*created, {"uid"}),
                                        .goal = WaitGoal::kReady,
                                        .timeout = *timeout});
  if (!store) return std::unexpected(store.error());
  print_created(session, *store);
  return {};
}

Outcome<void> update_store(Session& session, const UpdateOptions& options) {
  const auto timeout = read_timeout(options.timeout);
  if (!timeout) return std::unexpected(timeout.error());
  auto body = change_of(options);
  if (!body) return std::unexpected(body.error());
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  auto store = (*api)->send("PATCH", store_path(options.name), std::move(*body));
  if (!store && store.error().next == "storefleet engines") {
    const auto refused = (*api)->get(store_path(options.name));
    return std::unexpected(refused ? with_engine(store.error(), string_or(*refused, {"engine"}))
                                   : store.error());
  }
  if (!store) return std::unexpected(store.error());
  if (options.wait) {
    store = wait_for(session, {.name = options.name,
                               .uid = string_or(*store, {"uid"}),
                               .generation = int_or(*store, {"generation"}, 0),
                               .goal = goal_of(*store),
                               .timeout = *timeout});
    if (!store) return std::unexpected(store.error());
  }
  print(*store, store_columns(std::chrono::system_clock::now()), session.format, session.environment);
  return {};
}

Outcome<void> list_stores(Session& session, const StoreFilter& options) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  auto items = list_all_stores(**api, options);
  if (!items) return std::unexpected(items.error());
  if (items->empty()) {
    const auto engine = default_engine(**api, "demo");
    session.environment.err << "No stores. next: "
                            << (engine ? "storefleet create demo --wait" : engine.error().next) << "\n";
  }
  if (session.format == OutputFormat::kTable || session.format == OutputFormat::kWide)
    warn_of_expiry(*items, session.environment);
  print(json::object{{"items", *std::move(items)}}, store_columns(std::chrono::system_clock::now()),
        session.format, session.environment);
  return {};
}

/// One store, or several in the order of their names; fails with those that there are not.
Outcome<void> get_stores(Session& session, const std::vector<std::string>& names) {
  const auto api = session.api();
  if (!api) return std::unexpected(api.error());
  auto& world = session.environment;
  json::array stores;
  std::vector<CommandFailure> failures;
  for (const auto& name : names) {
    auto store = (*api)->get(store_path(name));
    if (store)
      stores.push_back(*std::move(store));
    else
      failures.push_back(std::move(store.error()));
  }
  const auto columns = store_columns(std::chrono::system_clock::now());
  if (names.size() == 1 && !stores.empty()) print(stores.front(), columns, session.format, world);
  if (names.size() > 1) print(json::object{{"items", stores}}, columns, session.format, world);
  if (session.format == OutputFormat::kTable || session.format == OutputFormat::kWide)
    warn_of_expiry(stores, world);
  for (const auto& store : stores) {
    const auto message = string_at(store, {"failure", "message"});
    if (!message) continue;
    if (names.size() > 1) world.err << printable(string_or(store, {"name"})) << ": ";
    world.err << printable(string_or(store, {"failure", "code"})) << ": " << printable(*message)
              << "\nremedy: " << printable(string_or(store, {"failure", "remedy"})) << "\n";
  }
  return end_with(std::move(failures), world);
}

}  // namespace

Outcome<json::array> list_all_stores(ApiClient& api, const StoreFilter& options) {
  json::array items;
  for (std::string token;;) {
    const auto page = api.get("/api/v1/stores?" + list_query(options, token));
    if (!page) return std::unexpected(page.error());
    for (const auto& store : array_at(*page, {"items"})) items.push_back(store);
    token = string_or(*page, {"nextPageToken"});
    if (token.empty()) return items;
  }
}

void add_create(Words& words) {
  auto& options = words.keep<CreateOptions>();
  auto* command =
      words.add("create", "Create a store", [&options](Session& s) { return create_store(s, options); });
  command->add_option("NAME", options.name, "First part of its address: a-z, 0-9 and '-'")->required();
  command->add_option("--engine", options.engine,
                      "Kind of store (storefleet engines); default: the only one");
  command->add_option("--plan", options.plan, "Size of the store; default: small");
  command->add_option("--title", options.title, "Default: the name");
  command->add_option("--email", options.email, "Address of the store's admin");
  command->add_option("--note", options.note, "What it is for; shoppers never see it");
  command->add_option("--team", options.team, "Who owns it; default: your only team, or default");
  command->add_option("--expires", options.expires, "When it deletes itself: a time, or 12h or 30d from now");
  command->add_option("--host", options.hosts, "Further host name; may be repeated")->expected(1)->take_all();
  command
      ->add_option("--set", options.values,
                   "Engine parameter key=value (storefleet engines NAME); may be repeated")
      ->expected(1)
      ->take_all();
  command->add_flag("--protect", options.protect, "Refuse to delete it until update --no-protect");
  command->add_flag("--no-sample-data", options.no_sample_data, "Begin without products");
  command->add_flag("--wait", options.wait, "Return when the store is ready, or has failed");
  command->add_option("--timeout", options.timeout, "How long --wait waits")->capture_default_str();
  command->add_option("--idempotency-key", options.idempotency_key,
                      "Makes a repeat of this command harmless");
  show_examples(command,
                "  storefleet create demo --wait\n"
                "  storefleet create shop --engine woocommerce --plan medium --set phpWorkers=8\n"
                "  storefleet create fair --title 'Spring fair' --expires 14d --no-sample-data\n");
}

void add_list(Words& words) {
  struct Options {
    StoreFilter filter;
    bool watch = false;
  };
  auto& options = words.keep<Options>();
  auto* command = words.add("list", "List stores", [&options](Session& s) {
    return options.watch ? watch_stores(s, options.filter, "") : list_stores(s, options.filter);
  });
  command->alias("ls");
  command->add_flag("-w,--watch", options.watch, "Go on with each store that changes");
  command->add_option("--phase", options.filter.phase, "Only those in this phase");
  command->add_option("--engine", options.filter.engine, "Only those of this engine");
  command->add_option("--team", options.filter.team, "Only those of this team");
  command->add_option("--query", options.filter.query, "Only those with this in name or title");
}

void add_get(Words& words) {
  struct Options {
    std::vector<std::string> names;
    bool watch = false;
  };
  auto& options = words.keep<Options>();
  auto* command = words.add("get", "Show stores", [&options](Session& s) -> Outcome<void> {
    if (!options.watch) return get_stores(s, options.names);
    if (options.names.size() == 1) return watch_stores(s, {}, options.names.front());
    return std::unexpected(
        usage("--watch takes one store; list --watch shows all of them.", "storefleet list --watch"));
  });
  command->add_option("NAME", options.names)->required();
  command->add_flag("-w,--watch", options.watch, "Go on with each of its changes");
}

void add_update(Words& words) {
  auto& options = words.keep<UpdateOptions>();
  auto* command =
      words.add("update", "Change a store", [&options](Session& s) { return update_store(s, options); });
  command->add_option("NAME", options.name)->required();
  command->add_option("--plan", options.plan, "Another size; the data stays");
  command->add_option("--title", options.title, "Another title");
  command->add_option("--email", options.email, "Another address of the store's admin");
  command->add_option_function<std::string>(
      "--note", [&options](const std::string& note) { options.note = note; }, "Another note; '' for none");
  command->add_option("--engine-version", options.engine_version, "Another version of the engine");
  command->add_option("--expires", options.expires, "When it deletes itself: a time, 12h or 30d, or never");
  command
      ->add_option("--host", options.hosts,
                   "Further host names, instead of those it has; may be repeated; '' for none")
      ->expected(1)
      ->take_all();
  command
      ->add_option("--set", options.values,
                   "Engine parameter key=value; key= for the default; may be repeated")
      ->expected(1)
      ->take_all();
  command->add_flag_callback("--protect", [&options] { options.protect = true; }, "Refuse to delete it");
  command->add_flag_callback(
      "--no-protect", [&options] { options.protect = false; }, "Let it be deleted again");
  command->add_flag("--wait", options.wait, "Return when the store is ready again, or has failed");
  command->add_option("--timeout", options.timeout, "How long --wait waits")->capture_default_str();
  show_examples(command,
                "  storefleet update demo --plan medium --wait\n"
                "  storefleet update demo --host shop.example.com --host www.example.com\n"
                "  storefleet update demo --host ''          # no further host names\n"
                "  storefleet update demo --set phpWorkers=   # back to the plan's\n");
}

}  // namespace storefleet::cli
