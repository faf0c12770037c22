#include "engines/engine.hpp"

#include <fmt/format.h>

#include "domain/limits.hpp"
#include "engines/parameters.hpp"

namespace storefleet::engines {
namespace {

std::unexpected<Error> wrong(std::string_view field, std::string_view why) {
  return fail(ErrorCode::kInvalidArgument, fmt::format("{}: {}", field, why));
}

Result<ProbeStep> parse_probe_step(const json::value& value) {
  ProbeStep step;
  step.name = string_or(value, {"name"});
  step.method = string_or(value, {"method"}, step.method);
  step.path = string_or(value, {"path"});
  if (step.name.empty() || step.path.empty()) return wrong("probe", "each step needs a name and a path");
  for (const auto& [key, header] : object_at(value, {"headers"}))
    if (header.is_string()) step.headers[key] = to_std(header.get_string());
  if (const auto* body = find_at(value, {"json"})) step.body = *body;
  step.needs_sample_data = string_or(value, {"requires"}) == "sampleData";
  step.always = bool_or(value, {"always"}, false);
  step.expect_status = static_cast<unsigned>(int_or(value, {"expectStatus"}, 200));
  step.expect_body = string_or(value, {"expectBody"});
  for (const auto& capture : array_at(value, {"capture"})) {
    step.captures.push_back({.name = string_or(capture, {"name"}),
                             .header = string_or(capture, {"header"}),
                             .pointer = string_or(capture, {"pointer"}),
                             .whole_body = bool_or(capture, {"body"}, false)});
  }
  return step;
}

Result<std::vector<ProbeStep>> parse_script(const json::array& values) {
  std::vector<ProbeStep> steps;
  for (const auto& value : values) {
    auto step = parse_probe_step(value);
    if (!step) return std::unexpected(step.error());
    steps.push_back(*std::move(step));
  }
  return steps;
}

}  // namespace

Result<Engine> parse_engine(const json::value& document) {
  Engine engine;
  engine.name = string_or(document, {"name"});
  engine.display_name = string_or(document, {"displayName"}, engine.name);
  engine.description = string_or(document, {"description"});
  engine.chart = string_or(document, {"chart"});
  auto parameters = ParameterSchema::compile(object_at(document, {"parameters"}));
  if (!parameters) return std::unexpected(parameters.error());
  engine.parameters = parameters->document();
  engine.admin_user = string_or(document, {"admin", "user"}, "admin");
  const auto login = string_or(document, {"admin", "login"}, "user");
  if (login != "user" && login != "email") return wrong("admin.login", "must be user or email");
  engine.admin_login = login == "email" ? AdminLogin::kEmail : AdminLogin::kUser;
  engine.admin_path = string_or(document, {"admin", "path"}, "/");
  engine.login_path = string_or(document, {"login", "path"});
  engine.service = string_or(document, {"web", "service"}, "web");
  engine.service_port = int_or(document, {"web", "port"}, engine.service_port);
  engine.web_port = int_or(document, {"web", "targetPort"}, engine.web_port);
  engine.agent_port = int_or(document, {"web", "agentPort"}, engine.agent_port);
  engine.site_path = string_or(document, {"web", "siteEndpoint"});
  engine.database_port = int_or(document, {"database", "port"}, engine.database_port);
  if (engine.name.empty()) return wrong("name", "missing");
  if (engine.chart.empty()) return wrong("chart", "missing");
  if (engine.site_path.empty()) return wrong("web.siteEndpoint", "missing");
  for (const auto& version : array_at(document, {"versions"}))
    engine.versions.push_back({string_or(version, {"version"}), string_or(version, {"image"})});
  for (const auto& version : engine.versions)
    if (version.version.size() > kMostVersionLength)
      return wrong("versions", fmt::format("a version has at most {} characters", kMostVersionLength));
  if (engine.versions.empty()) return wrong("versions", "at least one is needed");
  for (const auto& [key, secret] : object_at(document, {"secrets"}))
    engine.secrets[key] = int_or(secret, {"length"}, 32);
  for (const auto& workload : array_at(document, {"workloads"})) {
    const auto step = parse_step_name(string_or(workload, {"step"}));
    const auto kind = string_or(workload, {"kind"});
    if (!step || (*step != StepName::kDatabase && *step != StepName::kApplication))
      return wrong("workloads", "step must be database or application");
    if (kind != "Deployment" && kind != "StatefulSet")
      return wrong("workloads", "kind must be Deployment or StatefulSet");
    engine.workloads.push_back({kind, string_or(workload, {"name"}), *step});
  }
  auto probe = parse_script(array_at(document, {"probe"}));
  if (!probe) return std::unexpected(probe.error());
  engine.probe = *std::move(probe);
  auto check = parse_script(array_at(document, {"check", "steps"}));
  if (!check) return std::unexpected(check.error().within("check"));
  engine.check.steps = *std::move(check);
  for (const auto& text : array_at(document, {"check", "leaves"}))
    if (text.is_string()) engine.check.leaves.push_back(to_std(text.get_string()));
  for (const auto& [name, plan] : object_at(document, {"plans"})) {
    engine.plans[name] = {.quota = object_at(plan, {"quota"}),
                          .limit_range = object_at(plan, {"limitRange"}),
                          .storage = object_at(plan, {"storage"}),
                          .resources = object_at(plan, {"resources"}),
                          .parameters = object_at(plan, {"parameters"})};
  }
  if (engine.plans.empty()) return wrong("plans", "at least one is needed");
  return engine;
}

}  // namespace storefleet::engines
