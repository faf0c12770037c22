#include "api/store_input.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace storefleet {
namespace {

constexpr std::size_t kMaxTitleLength = 200;
constexpr std::size_t kMaxHosts = 20;
constexpr std::array<std::string_view, 10> kFields = {"name",       "engine", "engineVersion", "plan",
                                                      "team",       "title",  "adminEmail",    "hosts",
                                                      "sampleData", "values"};

std::string pointer_to(std::string_view key) {
  std::string pointer = "/";
  for (const char c : key.substr(0, 80)) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
  return pointer;
}

bool is_control(unsigned char c) {
  return c < 0x20 || c == 0x7f;
}

/// Of UTF-8, which the JSON parser has checked.
std::size_t characters_of(std::string_view text) {
  return std::ranges::count_if(text, [](unsigned char c) { return (c & 0xc0) != 0x80; });
}

/// Takes fields out of a body and collects what is wrong with them.
class FieldReader {
 public:
  explicit FieldReader(const json::object& body) : body_(body) {}

  void wrong(std::string code, std::string pointer, std::string detail, unsigned status = 422) {
    if (problem_.errors.empty() || (status == 400 && problem_.status != 400)) {
      problem_.status = status;
      problem_.code = std::move(code);
    }
    problem_.errors.push_back({std::move(pointer), std::move(detail)});
  }

  void refuse_unknown_fields() {
    for (const auto& [key, value] : body_)
      if (std::ranges::find(kFields, std::string_view(key)) == kFields.end())
        wrong("UnknownField", pointer_to(key),
              fmt::format("There is no such field; known are {}.", fmt::join(kFields, ", ")), 400);
  }

  /// The text there, or `fallback` where it is absent or wrong.
  std::string text(std::string_view key, std::string fallback = {}, std::size_t most = 200) {
    const auto* value = body_.if_contains(key);
    if (value == nullptr) return fallback;
    const auto* text = value->if_string();
    if (text == nullptr) {
      wrong("InvalidValues", pointer_to(key), "This must be a text.");
      return fallback;
    }
    if (characters_of(*text) > most || std::ranges::any_of(*text, is_control)) {
      wrong("InvalidValues", pointer_to(key),
            fmt::format("At most {} characters are allowed, and no control characters.", most));
      return fallback;
    }
    return to_std(*text);
  }

  bool flag(std::string_view key, bool fallback) {
    const auto* value = body_.if_contains(key);
    if (value == nullptr) return fallback;
    if (!value->is_bool()) wrong("InvalidValues", pointer_to(key), "This must be true or false.");
    return value->is_bool() ? value->get_bool() : fallback;
  }

  json::object object(std::string_view key) {
    const auto* value = body_.if_contains(key);
    if (value == nullptr) return {};
    if (!value->is_object()) wrong("InvalidValues", pointer_to(key), "This must be an object.");
    return value->is_object() ? value->get_object() : json::object{};
  }

  std::vector<std::string> hosts(std::string_view key) {
    const auto* value = body_.if_contains(key);
    if (value == nullptr) return {};
    const auto* array = value->if_array();
    if (array == nullptr || array->size() > kMaxHosts) {
      wrong("InvalidValues", pointer_to(key),
            fmt::format("This must be a list of at most {} names.", kMaxHosts));
      return {};
    }
    std::vector<std::string> hosts;
    for (std::size_t i = 0; i < array->size(); ++i) {
      const auto* text = (*array)[i].if_string();
      const auto host = text != nullptr ? to_std(*text) : std::string();
      if (!is_host_name(host))
        wrong("InvalidValues", fmt::format("{}/{}", pointer_to(key), i),
              "This must be a DNS name in lower case like shop.example.com.");
      else if (std::ranges::find(hosts, host) != hosts.end())
        wrong("InvalidValues", fmt::format("{}/{}", pointer_to(key), i), "This name is in the list already.");
      hosts.push_back(host);
    }
    return hosts;
  }

  [[nodiscard]] bool has(std::string_view key) const { return body_.contains(key); }
  [[nodiscard]] bool failed(std::string_view pointer) const {
    return std::ranges::any_of(problem_.errors,
                               [&](const auto& error) { return error.pointer.starts_with(pointer); });
  }

  /// Nothing where all fields were right.
  std::optional<Problem> problem() {
    if (problem_.errors.empty()) return std::nullopt;
    problem_.detail = problem_.errors.front().detail;
    problem_.remedy = "Correct the fields listed under errors and send the request again.";
    return std::move(problem_);
  }

 private:
  const json::object& body_;
  Problem problem_{.status = 422, .code = {}, .detail = {}, .remedy = {}};
};

bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::ranges::all_of(
             text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

std::string field_of(std::string_view reason) {
  if (reason == "UnknownEngine") return "/engine";
  if (reason == "UnknownPlan" || reason == "VolumeSize") return "/plan";
  return "/values";
}

void check_name(FieldReader& fields, const std::string& name) {
  if (!fields.has("name")) return fields.wrong("InvalidName", "/name", "A store needs a name.");
  if (fields.failed("/name")) return;
  if (const auto valid = validate_store_name(name); !valid)
    fields.wrong("InvalidName", "/name", valid.error().message);
}

void check_engine(FieldReader& fields, const StoreSpec& spec, const EngineDirectory& engines) {
  if (!fields.has("engine")) return fields.wrong("UnknownEngine", "/engine", "A store needs an engine.");
  if (fields.failed("/engine") || fields.failed("/plan") || fields.failed("/values")) return;
  if (const auto checked = engines.check(spec); !checked) {
    const auto& error = checked.error();
    fields.wrong(error.reason.empty() ? "InvalidValues" : error.reason, field_of(error.reason),
                 error.message);
  }
}

/// Everything but the engine's own parameters.
StoreInput read_fields(FieldReader& fields) {
  fields.refuse_unknown_fields();
  StoreInput input{.name = fields.text("name"), .spec = {}};
  auto& spec = input.spec;
  check_name(fields, input.name);
  spec.engine = fields.text("engine");
  spec.engine_version = fields.text("engineVersion");
  spec.plan = fields.text("plan", spec.plan);
  spec.team = fields.text("team", spec.team);
  spec.title = fields.text("title", {}, kMaxTitleLength);
  spec.admin_email = fields.text("adminEmail", {}, 254);
  spec.hosts = fields.hosts("hosts");
  spec.sample_data = fields.flag("sampleData", spec.sample_data);
  spec.values = fields.object("values");
  if (!is_label(spec.team) || spec.team.size() > kMaxStoreNameLength)
    fields.wrong("InvalidValues", "/team", "This must be a team's name: a-z, 0-9 and '-'.");
  if (!spec.admin_email.empty() && !is_email_address(spec.admin_email))
    fields.wrong("InvalidValues", "/adminEmail", "This is not an e-mail address.");
  return input;
}

std::expected<json::object, Problem> parse_object(std::string_view body, std::string_view remedy) {
  const auto parsed = parse_json(body);
  if (parsed && parsed->is_object()) return parsed->get_object();
  return std::unexpected(Problem{.status = 400,
                                 .code = "InvalidJson",
                                 .detail = parsed ? "The body is not a JSON object."
                                                  : fmt::format("The body is {}.", parsed.error().message),
                                 .remedy = std::string(remedy)});
}

/// The body that would create a store of this spec.
json::object creation_of(const Store& store) {
  json::object body = spec_json(store.spec);
  body["name"] = store.name;
  for (const auto* unknown : {"asleep", "expiresAt", "deletionPolicy"}) body.erase(unknown);
  return body;
}

/// JSON merge patch (RFC 7396, section 2).
void merge(json::object& target, const json::object& patch) {
  for (const auto& [key, value] : patch) {
    if (value.is_null()) {
      target.erase(key);
    } else if (const auto* inner = value.if_object()) {
      auto& place = target[key];
      if (!place.is_object()) place.emplace_object();
      merge(place.get_object(), *inner);
    } else {
      target[key] = value;
    }
  }
}

void refuse_change(FieldReader& fields, std::string_view pointer, bool changed) {
  if (changed && !fields.failed(pointer))
    fields.wrong("Immutable", std::string(pointer),
                 "This cannot be changed once the store exists; create another store.");
}

}  // namespace

bool is_host_name(std::string_view text) {
  if (text.size() > 253) return false;
  std::size_t labels = 0;
  std::string_view last;
  for (auto rest = text;;) {
    const auto end = std::min(rest.find('.'), rest.size());
    last = rest.substr(0, end);
    if (!is_label(last)) return false;
    ++labels;
    if (end == rest.size()) break;
    rest.remove_prefix(end + 1);
  }
  return labels >= 2 && !std::ranges::all_of(last, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_email_address(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || text.size() > 254) return false;
  const auto local = text.substr(0, at);
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+/=?^_`{|}~.-").contains(c);
  };
  std::string host(text.substr(at + 1));
  for (auto& c : host)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return !local.empty() && local.size() <= 64 && std::ranges::all_of(local, allowed) &&
         !local.starts_with('.') && !local.ends_with('.') && !local.contains("..") && is_host_name(host);
}

std::expected<StoreInput, Problem> read_store_input(std::string_view body, const EngineDirectory& engines) {
  const auto parsed = parse_object(body, "Send a JSON object with at least name and engine.");
  if (!parsed) return std::unexpected(parsed.error());
  FieldReader fields(*parsed);
  auto input = read_fields(fields);
  check_engine(fields, input.spec, engines);
  if (auto problem = fields.problem()) return std::unexpected(std::move(*problem));
  return input;
}

std::expected<StoreSpec, Problem> read_store_change(std::string_view body, const Store& store,
                                                    const EngineDirectory& engines) {
  const auto patch = parse_object(body, "Send a JSON object with the fields to change.");
  if (!patch) return std::unexpected(patch.error());
  auto merged = creation_of(store);
  merge(merged, *patch);
  FieldReader fields(merged);
  auto input = read_fields(fields);
  auto& spec = input.spec;
  refuse_change(fields, "/name", input.name != store.name);
  refuse_change(fields, "/engine", spec.engine != store.spec.engine);
  refuse_change(fields, "/team", spec.team != store.spec.team);
  refuse_change(fields, "/sampleData", spec.sample_data != store.spec.sample_data);
  check_engine(fields, spec, engines);
  if (!fields.failed("/")) {
    if (const auto checked = engines.check_change(store.spec, spec); !checked)
      fields.wrong(checked.error().reason, field_of(checked.error().reason), checked.error().message);
  }
  if (auto problem = fields.problem()) return std::unexpected(std::move(*problem));
  spec.asleep = store.spec.asleep;
  spec.expires_at = store.spec.expires_at;
  spec.deletion_policy = store.spec.deletion_policy;
  return spec;
}

}  // namespace storefleet
