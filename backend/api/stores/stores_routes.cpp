#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "api/dto.hpp"
#include "api/stores/change.hpp"
#include "api/stores/idempotent.hpp"
#include "api/stores/input.hpp"
#include "api/stores/operation_id.hpp"
#include "api/stores/routes.hpp"
#include "base/base64.hpp"
#include "base/log.hpp"

namespace storefleet::api {
namespace {

struct StoreFilter {
  std::optional<Phase> phase;
  std::string engine;
  std::string team;
  std::string words;
};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool contains_ignoring_case(std::string_view text, std::string_view part) {
  const auto same = [](char left, char right) { return lower(left) == lower(right); };
  return !std::ranges::search(text, part, same).empty() || part.empty();
}

bool matches(const Store& store, const StoreFilter& filter) {
  return (!filter.phase || store.status.phase == *filter.phase) &&
         (filter.engine.empty() || store.spec.engine == filter.engine) &&
         (filter.team.empty() || store.spec.team == filter.team) &&
         (contains_ignoring_case(store.name, filter.words) ||
          contains_ignoring_case(store.spec.title, filter.words));
}

StoreFilter read_filter(QueryReader& query) {
  StoreFilter filter{.phase = std::nullopt,
                     .engine = query.text("engine", 40),
                     .team = query.text("team", 63),
                     .words = query.text("q")};
  if (const auto phase = query.text("phase"); query.has("phase")) {
    filter.phase = parse_phase(phase);
    if (!filter.phase) query.wrong("phase", "is none of the phases");
  }
  return filter;
}

/// The stores that the caller may see and asked for: all are counted, those of one page kept.
struct Page {
  std::string after;  // the name to begin after; empty: the first page
  std::size_t size = 0;
  std::vector<const Store*> stores = {};
  std::size_t total = 0;
  bool more = false;

  void add(const Store& store) {
    ++total;
    if (store.name <= after) return;
    more = stores.size() == size;
    if (!more) stores.push_back(&store);
  }
};

/// Put together from the stores' texts: writing each anew took most of the time.
http::Response page_response(const Page& page, StoreTexts& texts) {
  std::string body = R"({"items":[)";
  for (const auto* store : page.stores) {
    if (store != page.stores.front()) body += ',';
    body += texts.text_of(*store);
  }
  body += fmt::format(R"(],"total":{})", page.total);
  if (page.more)
    body +=
        R"(,"nextPageToken":)" + json::serialize(json::string(encode_base64url(page.stores.back()->name)));
  body += '}';
  return {.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

/// A remembered creation; its headers follow from its body.
Answer replay(const ApiDependencies& api, const RememberedAnswer& remembered) {
  const auto body = parse_json(remembered.body);
  if (!body) return refuse(body.error());
  Store store;
  store.name = string_or(*body, {"name"});
  store.uid = string_or(*body, {"uid"});
  store.spec.team = string_or(*body, {"team"});
  store.generation = int_or(*body, {"generation"}, 0);
  auto response = accepted(api, OperationKind::kCreate, store);
  response.status = remembered.status;
  response.body = remembered.body;
  response.headers.set("Idempotency-Replayed", "true");
  return response;
}

/// Where the owner of the name is on its way out, waiting helps.
Problem name_taken(const Result<Store>& owner, const std::string& name) {
  auto problem =
      to_problem({ErrorCode::kAlreadyExists, fmt::format("A store named '{}' exists already.", name)});
  if (owner && owner->deletion_requested_at && !owner->is_retained()) {
    problem.detail = fmt::format("A store named '{}' is still being deleted.", name);
    problem.errors.front().detail = problem.detail;
    problem.remedy = "Wait until it is gone, or choose another name.";
  }
  return problem;
}

/// Nothing where the caller may have stores in that team. A team that they may not see does not exist for
/// them.
std::optional<Problem> check_team(const Principal& caller, const std::string& team) {
  auto refused = refuse_access(caller, Permission::kChangeTeam, team, fmt::format("team named '{}'", team));
  if (!refused || refused->status != 404) return refused;
  return unknown_team(refused->detail);
}

/// The team of a store that names none: the default team where the caller may have stores there, else their
/// only one. Nothing where they have to choose.
std::optional<std::string> team_of_caller(const Principal& caller) {
  std::string fallback(kDefaultTeam);
  if (caller.role == PlatformRole::kAdmin || caller.teams.contains(fallback)) return fallback;
  std::vector<std::string> changeable;
  for (const auto& [team, role] : caller.teams)
    if (role >= TeamRole::kMember) changeable.push_back(team);
  if (changeable.size() == 1) return changeable.front();
  if (caller.teams.size() == 1) return caller.teams.begin()->first;  // whose role is then refused by name
  return std::nullopt;
}

Problem no_team_chosen(const Principal& caller) {
  std::vector<std::string> names;
  for (const auto& [team, role] : caller.teams)
    if (role >= TeamRole::kMember) names.push_back(team);
  if (!names.empty()) return unknown_team(fmt::format("Choose a team: {}.", fmt::join(names, ", ")));
  auto problem = unknown_team("You are in no team that may have stores.");
  problem.remedy = "Ask an admin of this platform, or the owner of a team, to take you in.";
  return problem;
}

Task<Answer> validate(const ApiDependencies& api, StoreInput input) {
  const auto allowed = co_await api.ledger.check(claim_of(api, {}, input.name, input.spec));
  if (!allowed)
    if (auto problem = quota_problem(allowed.error(), input.spec.team))
      co_return std::unexpected(std::move(*problem));
  const auto created =
      co_await api.stores.create({.name = input.name, .spec = std::move(input.spec)}, DryRun::kYes);
  if (created) co_return json_response(200, store_dto(*created));
  if (created.error().code != ErrorCode::kAlreadyExists) co_return refuse(created.error());
  const auto owner = co_await api.stores.get(input.name);
  co_return std::unexpected(name_taken(owner, input.name));
}

/// Takes a place in the team's quota first; the controller makes it the store's own. `proof` is that of an
/// Idempotency-Key, or empty: a store that carries it is what this request made when its answer got lost.
Task<Answer> create_now(const ApiDependencies& api, StoreInput input, std::string proof) {
  const auto reserved = co_await api.ledger.reserve(claim_of(api, {}, input.name, input.spec));
  if (!reserved)
    if (auto problem = quota_problem(reserved.error(), input.spec.team))
      co_return std::unexpected(std::move(*problem));
  NewStore wanted{.name = input.name, .spec = std::move(input.spec)};
  if (reserved) wanted.annotations.emplace(kReservationAnnotation, *reserved);
  if (!proof.empty()) wanted.annotations.emplace(kRequestAnnotation, proof);
  const auto created = co_await api.stores.create(std::move(wanted), DryRun::kNo);
  if (created) co_return accepted(api, OperationKind::kCreate, *created);
  const auto code = created.error().code;
  // Where the answer was lost the store may be there: then the place is its own, or expires.
  const bool answer_lost = code == ErrorCode::kUnavailable || code == ErrorCode::kDeadlineExceeded ||
                           code == ErrorCode::kCancelled;
  if (reserved && !answer_lost) {
    const auto cancelled = co_await api.ledger.cancel(*reserved);
    if (!cancelled) log_warning("a place in a quota expires unused", {{"error", cancelled.error().message}});
  }
  if (code != ErrorCode::kAlreadyExists) co_return refuse(created.error());
  const auto owner = co_await api.stores.get_latest(input.name);
  if (owner && !proof.empty() && !owner->deletion_requested_at) {
    const auto made_by = owner->annotations.find(std::string(kRequestAnnotation));
    if (made_by != owner->annotations.end() && made_by->second == proof)
      co_return accepted(api, OperationKind::kCreate, *owner);
  }
  co_return std::unexpected(name_taken(owner, input.name));
}

/// Whoever deletes such a store is to say twice that its data may go.
Problem deletion_protected(const std::string& name) {
  return {
      .status = 409,
      .code = ProblemCode::kDeletionProtected,
      .detail = fmt::format("The store '{}' is protected from deletion (deletionPolicy Retain).", name),
      .remedy =
          "Set deletionPolicy to Delete first, if it really is to go; one that is Retained goes with that."};
}

/// Asks for the teardown of the store as the API server has it: a cache may not know yet that it is
/// protected. The problem where it stays.
Task<std::optional<Problem>> remove_unless_protected(const ApiDependencies& api, Store store) {
  constexpr int kMostTries = 5;  // its status is written now and then
  for (int tries = 1;; ++tries) {
    auto latest = co_await api.stores.get_latest(store.name);
    const bool gone = latest ? latest->uid != store.uid : latest.error().code == ErrorCode::kNotFound;
    if (gone) co_return std::nullopt;
    if (!latest) co_return to_problem(latest.error());
    if (latest->spec.deletion_policy == DeletionPolicy::kRetain) co_return deletion_protected(store.name);
    const auto removed = co_await api.stores.remove(*std::move(latest));
    if (removed || removed.error().code == ErrorCode::kNotFound) co_return std::nullopt;
    if (removed.error().code != ErrorCode::kConflict || tries == kMostTries)
      co_return to_problem(removed.error());
  }
}

}  // namespace

Task<Answer> list_stores(const ApiDependencies& api, ApiRequest request) {
  QueryReader query(request.query);
  const auto filter = read_filter(query);
  const auto size = query.integer("pageSize", 100, 1, 500);
  const auto after = decode_base64url(query.text("pageToken"));
  if (!after) query.wrong("pageToken", "is not one that this server gave");
  if (auto problem = query.problem()) co_return std::unexpected(std::move(*problem));
  Page page{.after = *after, .size = static_cast<std::size_t>(size)};
  // Without a co_await between here and the answer, what is shown stays as it is.
  const auto seen = api.stores.visit([&](const Store& store) {
    if (may_see(request.caller, store.spec.team) && matches(store, filter)) page.add(store);
  });
  if (!seen) co_return refuse(seen.error());
  co_return page_response(page, *api.store_texts);
}

Task<Answer> create_store(const ApiDependencies& api, ApiRequest request) {
  QueryReader query(request.query);
  request.note->dry_run = query.flag("validateOnly");
  if (auto problem = query.problem()) co_return std::unexpected(std::move(*problem));
  auto input = read_store_input(request.http.body, api.engines, api.hosts);
  if (!input) co_return std::unexpected(std::move(input.error()));
  if (!input->names_team && request.caller.via != Via::kNobody) {
    auto team = team_of_caller(request.caller);
    if (!team) co_return std::unexpected(no_team_chosen(request.caller));
    input->spec.team = *std::move(team);
  }
  request.note->subject = "store/" + input->name;
  request.note->team = input->spec.team;
  if (auto refused = check_team(request.caller, input->spec.team))
    co_return std::unexpected(std::move(*refused));
  if (request.note->dry_run) {
    auto answer = co_await validate(api, std::move(*input));
    co_return answer;
  }
  auto key = co_await reserve_key(api.idempotency, request);
  if (key.answer) {
    if (!*key.answer) co_return std::unexpected(std::move(key.answer->error()));
    co_return replay(api, **key.answer);
  }
  const auto name = input->name;
  const auto team = input->spec.team;
  auto answer = co_await create_now(api, std::move(*input), key.reserved.proof);
  co_await finish_key(api.idempotency, key.reserved, answer);
  if (answer) log_done("store creation accepted", name, team, request);
  co_return answer;
}

Task<Answer> get_store(const ApiDependencies& api, ApiRequest request) {
  http::Response response{.status = 200,
                          .headers = {{"Content-Type", "application/json"}},
                          .body = std::string(api.store_texts->text_of(*request.store))};
  response.headers.set("ETag", etag_of(*request.store));
  co_return response;
}

Task<Answer> update_store(const ApiDependencies& api, ApiRequest request) {
  QueryReader query(request.query);
  request.note->dry_run = query.flag("validateOnly");
  if (auto problem = query.problem()) co_return std::unexpected(std::move(*problem));
  SpecChange change = [&api, body = request.http.body](const Store& store) {
    return read_store_change(body, store, api.engines, api.hosts);
  };
  co_return co_await change_store(api, std::move(request), std::move(change));
}

Task<Answer> delete_store(const ApiDependencies& api, ApiRequest request) {
  const auto& store = *request.store;
  auto removed = co_await remove_unless_protected(api, store);
  if (removed) co_return std::unexpected(*std::move(removed));
  const auto leaving = co_await api.stores.get(store.name);
  auto shown = leaving && leaving->uid == store.uid ? *leaving : store;
  // The cache may be a moment behind, and what is gone already answers as on its way.
  if (!shown.deletion_requested_at) shown.deletion_requested_at = std::chrono::system_clock::now();
  shown.status.phase = Phase::kDeleting;
  log_done("store deletion accepted", shown.name, shown.spec.team, request);
  co_return accepted(api, OperationKind::kDelete, shown);
}

}  // namespace storefleet::api
