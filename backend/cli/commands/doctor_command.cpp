#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "base/time.hpp"
#include "cli/commands/commands.hpp"
#include "cli/program.hpp"

namespace storefleet::cli {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr seconds kPatience{10};
constexpr seconds kSkewWarning{30};  // what session cookies and login links bear
constexpr seconds kSkewFailure{300};

/// One line of the answer.
struct Finding {
  enum class State { kOk, kWarn, kFail } state = State::kOk;
  std::string check;
  std::string detail;
  std::string remedy = {};
};

using State = Finding::State;

std::string_view word_of(State state) {
  return state == State::kOk ? "OK" : state == State::kWarn ? "WARN" : "FAIL";
}

Finding check_configuration(const Environment& environment) {
  const auto path = config_path(environment);
  const auto config = load_config(environment);
  if (!config)
    return {State::kFail, "configuration", config.error().message,
            fmt::format("correct or remove {}, then log in again", path)};
  std::error_code error;
  if (!fs::exists(path, error)) {
    if (environment.value_of("STOREFLEET_SERVER"))
      return {State::kOk, "configuration", "no file; the server comes from STOREFLEET_SERVER"};
    return {State::kWarn, "configuration", fmt::format("{} is not there", path),
            "storefleet login SERVER --username NAME"};
  }
  const auto mode = fs::status(path, error).permissions();
  if ((mode & (fs::perms::group_all | fs::perms::others_all)) != fs::perms::none)
    return {State::kWarn, "configuration",
            fmt::format("{} has mode {:04o}: others may read its tokens", path, static_cast<unsigned>(mode)),
            fmt::format("chmod 600 {}", path)};
  return {State::kOk, "configuration", fmt::format("{}, mode {:04o}", path, static_cast<unsigned>(mode))};
}

/// The time in a Date header of the form that every server of today sends (IMF-fixdate, RFC 9110, 5.6.7).
std::optional<TimePoint> parse_date(std::string_view text) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != 29 || !text.ends_with(" GMT")) return std::nullopt;
  const auto month = kMonths.find(text.substr(8, 3));
  if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
  return parse_time(fmt::format("{}-{:02}-{}T{}Z", text.substr(12, 4), month / 3 + 1, text.substr(5, 2),
                                text.substr(17, 8)));
}

Finding check_server(const std::string& server, const Result<http::Response>& answer) {
  if (!answer)
    return {State::kFail, "server", fmt::format("{} does not answer: {}", server, answer.error().message),
            "check the address with: storefleet config get server"};
  const auto body = parse_json(answer->body).value_or(nullptr);
  const auto version = string_or(body, {"version"});
  if (answer->status != 200 || version.empty())
    return {State::kFail, "server",
            fmt::format("what answers at {} is no Storefleet server (status {})", server, answer->status),
            "log in to the right address: storefleet login SERVER --username NAME"};
  if (version != STOREFLEET_VERSION)
    return {State::kWarn, "server",
            fmt::format("{} has version {}, this program {}", server, version, STOREFLEET_VERSION),
            "install the command line of the server's version"};
  return {State::kOk, "server", fmt::format("{}, version {}", server, version)};
}

Finding check_clock(const http::Response& answer, TimePoint asked, TimePoint answered) {
  const auto theirs = parse_date(answer.headers.get("Date"));
  if (!theirs) return {State::kWarn, "clock", "the server does not tell its time"};
  // Their time is cut to seconds, and was taken somewhere between question and answer.
  seconds skew{0};
  if (*theirs > answered) skew = std::chrono::ceil<seconds>(*theirs - answered);
  if (*theirs + seconds(1) < asked) skew = std::chrono::floor<seconds>(*theirs + seconds(1) - asked);
  const auto size = std::chrono::abs(skew);
  const auto state = size >= kSkewFailure ? State::kFail : size >= kSkewWarning ? State::kWarn : State::kOk;
  if (state == State::kOk)
    return {
        state, "clock",
        size.count() == 0 ? "the same as the server's" : fmt::format("{} s from the server's", size.count())};
  return {state, "clock",
          fmt::format("{} s {} the server's", size.count(), skew.count() > 0 ? "behind" : "ahead of"),
          "synchronize the clocks of both machines (timedatectl)"};
}

Finding check_token(ApiClient& api, bool& admin) {
  const auto me = api.get("/api/v1/me");
  admin = me && string_or(*me, {"role"}) == "admin";
  if (me)
    return {State::kOk, "token",
            fmt::format("known as {} ({})", string_or(*me, {"name"}), string_or(*me, {"role"}))};
  return {State::kFail, "token", me.error().message, me.error().next};
}

Finding check_engines(ApiClient& api) {
  const auto engines = api.get("/api/v1/engines");
  if (!engines) return {State::kFail, "engines", engines.error().message, engines.error().next};
  std::vector<std::string> names;
  for (const auto& item : array_at(*engines, {"items"})) names.push_back(string_or(item, {"name"}));
  if (names.empty())
    return {State::kFail, "engines", "this platform offers none",
            "the operator sets engines.enabled in the platform chart's values"};
  return {State::kOk, "engines", fmt::format("{}", fmt::join(names, ", "))};
}

/// Whether stores are kept from each other, where the caller may know it.
std::optional<Finding> check_isolation(ApiClient& api, bool admin) {
  if (!admin) return std::nullopt;
  const auto platform = api.get("/api/v1/platform");
  if (!platform) return Finding{State::kFail, "isolation", platform.error().message, platform.error().next};
  const auto state = string_or(*platform, {"isolation", "state"});
  const auto evidence = string_or(*platform, {"isolation", "evidence"});
  if (state.empty()) return Finding{State::kWarn, "isolation", "the server does not tell"};
  if (state == "Enforced") return Finding{State::kOk, "isolation", evidence};
  const bool required = bool_or(*platform, {"isolation", "required"}, false);
  const auto word = state == "NotEnforced" ? "IsolationNotEnforced: " : "";
  return Finding{required ? State::kFail : State::kWarn, "isolation", word + evidence,
                 state == "NotEnforced" ? "use a network plugin that enforces NetworkPolicies"
                                        : "kubectl -n storefleet-probe get pods"};
}

/// Some store's name and UID as the API knows them, to be found in kubectl's cluster too.
struct KnownStore {
  std::string name;
  std::string uid;
};

std::optional<KnownStore> any_store(ApiClient& api) {
  const auto page = api.get("/api/v1/stores?pageSize=1");
  if (!page || array_at(*page, {"items"}).empty()) return std::nullopt;
  const auto& store = array_at(*page, {"items"}).front();
  return KnownStore{string_or(store, {"name"}), string_or(store, {"uid"})};
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

Finding check_kubectl(const Environment& environment, const std::optional<KnownStore>& store) {
  const auto kubectl = find_program("kubectl", environment.value_of("PATH").value_or(""));
  if (kubectl.empty())
    return {State::kWarn, "kubectl", "not found; only `storefleet expose` needs it",
            "install kubectl to forward ports"};
  const auto context = run_program({kubectl, "config", "current-context"}, kPatience);
  if (!context || context->code != 0)
    return {State::kWarn, "kubectl", fmt::format("{} has no current context", kubectl),
            "kubectl config use-context CONTEXT"};
  const auto name = first_line(context->out);
  if (!store)
    return {State::kOk, "kubectl",
            fmt::format("context {}; no store to tell whether it is the same cluster", name)};
  const auto uid = run_program({kubectl, "get", "stores.storefleet.dev", store->name, "--ignore-not-found",
                                "--request-timeout=5s", "--output=jsonpath={.metadata.uid}"},
                               kPatience);
  if (!uid || uid->code != 0)
    return {State::kWarn, "kubectl",
            fmt::format("context {} cannot read stores: another cluster, or no rights", name),
            "kubectl config use-context CONTEXT"};
  if (first_line(uid->out) != store->uid)
    return {State::kWarn, "kubectl",
            fmt::format("context {} is another cluster: store {} is not in it", name, store->name),
            "kubectl config use-context CONTEXT"};
  return {State::kOk, "kubectl", fmt::format("context {}, the same cluster", name)};
}

std::vector<Finding> examine(Session& session) {
  std::vector<Finding> findings{check_configuration(session.environment)};
  std::optional<KnownStore> store;
  if (const auto api = session.api()) {
    (*api)->set_deadline(kPatience);
    const auto asked = std::chrono::system_clock::now();
    const auto answer = (*api)->fetch("/version");
    const auto answered = std::chrono::system_clock::now();
    findings.push_back(check_server((*api)->server(), answer));
    if (findings.back().state != State::kFail) {
      findings.push_back(check_clock(*answer, asked, answered));
      bool admin = false;
      findings.push_back(check_token(**api, admin));
      if (findings.back().state == State::kOk) {
        findings.push_back(check_engines(**api));
        if (auto isolation = check_isolation(**api, admin)) findings.push_back(*std::move(isolation));
        store = any_store(**api);
      }
    }
  } else {
    findings.push_back({State::kFail, "server", api.error().message, api.error().next});
  }
  findings.push_back(check_kubectl(session.environment, store));
  return findings;
}

/// Looks at everything that a command needs, and says what to do about what is wrong.
Outcome<void> run_doctor(Session& session) {
  const auto findings = examine(session);
  json::array items;
  for (const auto& finding : findings)
    items.push_back({{"name", finding.check},
                     {"state", word_of(finding.state)},
                     {"detail", finding.detail},
                     {"remedy", finding.remedy}});
  const auto cell = [](std::string key) {
    return [key = std::move(key)](const json::value& row) { return printable(string_or(row, {key})); };
  };
  print(json::object{{"items", std::move(items)}},
        {{"STATE", cell("state")},
         {"CHECK", cell("name")},
         {"WHAT", cell("detail")},
         {"WHAT TO DO", cell("remedy")}},
        session.format, session.environment);
  const auto failed = std::ranges::find(findings, State::kFail, &Finding::state);
  if (failed == findings.end()) return {};
  return std::unexpected(CommandFailure{
      .code = ExitCode::kFailed,
      .message = fmt::format("The check '{}' failed.", failed->check),
      .next = failed->remedy.starts_with("storefleet ") ? failed->remedy : "storefleet doctor"});
}

}  // namespace

void add_doctor(Words& words) {
  words.add("doctor", "Check configuration, server, token, clock and kubectl",
            [](Session& s) { return run_doctor(s); });
}

}  // namespace storefleet::cli
