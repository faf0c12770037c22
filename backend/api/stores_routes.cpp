#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "api/dto.hpp"
#include "api/idempotent.hpp"
#include "api/opaque.hpp"
#include "api/operation_id.hpp"
#include "api/routes.hpp"
#include "api/store_input.hpp"
#include "base/log.hpp"

namespace storefleet {
namespace {

constexpr int kUpdateRepeats = 3;  // of a change that is not tied to what was read

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
                     .engine = query.text("engine"),
                     .team = query.text("team"),
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
HttpResponse page_response(const Page& page, StoreTexts& texts) {
  std::string body = R"({"items":[)";
  for (const auto* store : page.stores) {
    if (store != page.stores.front()) body += ',';
    body += texts.text_of(*store);
  }
  body += fmt::format(R"(],"total":{})", page.total);
  if (page.more)
    body += R"(,"nextPageToken":)" + json::serialize(json::string(to_opaque(page.stores.back()->name)));
  body += '}';
  return {.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

/// 202 with the store and where to await it.
HttpResponse accepted(OperationKind kind, const Store& store) {
  auto response = json_response(202, store_dto(store));
  response.headers.set("Operation-Location",
                       fmt::format("/api/v1/operations/{}", encode_operation_id(kind, store)));
  if (kind == OperationKind::kDelete) return response;
  response.headers.set("Location", fmt::format("/api/v1/stores/{}", store.name));
  response.headers.set("ETag", etag_of(store));
  return response;
}

/// A remembered creation; its headers follow from its body.
Answer replay(const RememberedAnswer& remembered) {
  const auto body = parse_json(remembered.body);
  if (!body) return refuse(body.error());
  Store store;
  store.name = string_or(*body, {"name"});
  store.uid = string_or(*body, {"uid"});
  store.generation = int_or(*body, {"generation"}, 0);
  auto response = accepted(OperationKind::kCreate, store);
  response.status = remembered.status;
  response.body = remembered.body;
  response.headers.set("Idempotency-Replayed", "true");
  return response;
}

/// Where the owner of the name is on its way out, waiting helps.
Problem name_taken(const Result<Store>& owner, const std::string& name) {
  auto problem =
      to_problem({ErrorCode::kAlreadyExists, fmt::format("A store named '{}' exists already.", name)});
  if (owner && owner->deletion_requested_at) {
    problem.detail = fmt::format("A store named '{}' is still being deleted.", name);
    problem.errors.front().detail = problem.detail;
    problem.remedy = "Wait until it is gone, or choose another name.";
  }
  return problem;
}

Problem changed_meanwhile(const std::string& name) {
  return {
      .status = 412,
      .code = "PreconditionFailed",
      .detail = fmt::format("The store '{}' is not the one that If-Match or the request was made for.", name),
      .remedy = "Read it again, and repeat the change on what it is now."};
}

Problem unknown_team(std::string detail) {
  return {.status = 422,
          .code = "UnknownTeam",
          .detail = detail,
          .remedy = "Choose one of your teams: GET /api/v1/teams.",
          .errors = {{"/team", detail}}};
}

/// Whether an If-Match (empty where there is none) allows to change this.
bool fits(std::string_view if_match, const Store& store) {
  return if_match.empty() || if_match == "*" || if_match == etag_of(store);
}

Answer refuse_change(const Error& error, const std::string& name) {
  if (error.code == ErrorCode::kConflict) return std::unexpected(changed_meanwhile(name));
  return refuse(error);
}

bool is_conflict(const Result<Store>& updated) {
  return !updated && updated.error().code == ErrorCode::kConflict;
}

/// The same store past the cache, which may be behind what another replica has changed. Conflict where the
/// name is another store's now: who may change that one has not been looked at.
Task<Result<Store>> get_again(const ApiDependencies& api, Store store) {
  auto latest = co_await api.stores.get_latest(store.name);
  if (latest && latest->uid != store.uid)
    co_return fail(ErrorCode::kConflict, fmt::format("Another store has the name '{}' now.", store.name));
  co_return latest;
}

/// Nothing where the caller may have stores in that team. A team that he may not see does not exist for him.
std::optional<Problem> check_team(const Principal& caller, const std::string& team) {
  auto refused = refuse_access(caller, Permission::kChangeTeam, team, fmt::format("team named '{}'", team));
  if (!refused || refused->status != 404) return refused;
  return unknown_team(refused->detail);
}

QuotaClaim claim_of(const ApiDependencies& api, std::string uid, std::string name, const StoreSpec& spec) {
  return {.store_uid = std::move(uid),
          .store_name = std::move(name),
          .team = spec.team,
          .plan = spec.plan,
          .storage_bytes = api.engines.storage_bytes(spec)};
}

/// What the ledger said, as the answer to a request; nothing where it allowed it. Stores of the default team
/// do not depend on the database.
std::optional<Problem> quota_problem(const Error& error, const std::string& team) {
  const bool away = error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kDeadlineExceeded;
  if (away && team == kDefaultTeam) return std::nullopt;
  if (error.code == ErrorCode::kNotFound) return unknown_team(error.message);
  return to_problem(error);
}

enum class Mode { kCreate, kValidateOnly };

Mode mode_of(QueryReader& query, const ApiRequest& request) {
  request.note->dry_run = query.flag("validateOnly");
  return request.note->dry_run ? Mode::kValidateOnly : Mode::kCreate;
}

Task<Answer> validate(const ApiDependencies& api, StoreInput input) {
  const auto allowed = co_await api.ledger.check(claim_of(api, {}, input.name, input.spec));
  if (!allowed)
    if (auto problem = quota_problem(allowed.error(), input.spec.team))
      co_return std::unexpected(std::move(*problem));
  const auto created = co_await api.stores.create({.name = input.name, .spec = std::move(input.spec)}, true);
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
  const auto created = co_await api.stores.create(std::move(wanted), false);
  if (created) co_return accepted(OperationKind::kCreate, *created);
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
      co_return accepted(OperationKind::kCreate, *owner);
  }
  co_return std::unexpected(name_taken(owner, input.name));
}

/// The spec that this body makes of the store's, as far as the team's quota allows it.
Task<std::expected<StoreSpec, Problem>> change_of(const ApiDependencies& api, std::string body, Store store) {
  auto spec = read_store_change(body, store, api.engines);
  if (!spec) co_return spec;
  const auto claim = claim_of(api, store.uid, store.name, *spec);
  if (claim == claim_of(api, store.uid, store.name, store.spec)) co_return spec;
  const auto allowed = co_await api.ledger.check(claim);
  if (!allowed)
    if (auto problem = quota_problem(allowed.error(), claim.team))
      co_return std::unexpected(std::move(*problem));
  co_return spec;
}

}  // namespace

Task<Answer> list_stores(const ApiDependencies& api, ApiRequest request) {
  QueryReader query(request.query);
  const auto filter = read_filter(query);
  const auto size = query.integer("pageSize", 100, 1, 500);
  const auto after = from_opaque(query.text("pageToken"));
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
  const auto mode = mode_of(query, request);
  if (auto problem = query.problem()) co_return std::unexpected(std::move(*problem));
  auto input = read_store_input(request.http.body, api.engines);
  if (!input) co_return std::unexpected(std::move(input.error()));
  request.note->subject = "store/" + input->name;
  request.note->team = input->spec.team;
  if (auto refused = check_team(request.caller, input->spec.team))
    co_return std::unexpected(std::move(*refused));
  if (mode == Mode::kValidateOnly) {
    auto answer = co_await validate(api, std::move(*input));
    co_return answer;
  }
  auto key = co_await reserve_key(api.idempotency, request);
  if (key.answer) {
    if (!*key.answer) co_return std::unexpected(std::move(key.answer->error()));
    co_return replay(**key.answer);
  }
  const auto name = input->name;
  const auto team = input->spec.team;
  auto answer = co_await create_now(api, std::move(*input), key.reserved.proof);
  co_await finish_key(api.idempotency, key.reserved, answer);
  if (answer)
    log_info("store creation accepted", {{"store", name},
                                         {"team", team},
                                         {"caller", request.caller.name},
                                         {"request_id", request.id},
                                         {"trace_id", request.trace_id}});
  co_return answer;
}

Task<Answer> get_store(const ApiDependencies& api, ApiRequest request) {
  HttpResponse response{.status = 200,
                        .headers = {{"Content-Type", "application/json"}},
                        .body = std::string(api.store_texts->text_of(*request.store))};
  response.headers.set("ETag", etag_of(*request.store));
  co_return response;
}

Task<Answer> update_store(const ApiDependencies& api, ApiRequest request) {
  QueryReader query(request.query);
  const auto mode = mode_of(query, request);
  if (auto problem = query.problem()) co_return std::unexpected(std::move(*problem));
  const auto name = request.path_parameter("name");
  const std::string wanted(request.http.headers.get("If-Match"));
  auto store = co_await api.stores.get(name);
  if (store && !fits(wanted, *store)) store = co_await get_again(api, *std::move(store));
  if (!store) co_return refuse_change(store.error(), name);
  if (!fits(wanted, *store)) co_return std::unexpected(changed_meanwhile(name));
  auto spec = co_await change_of(api, request.http.body, *store);
  if (!spec) co_return std::unexpected(std::move(spec.error()));
  if (mode == Mode::kValidateOnly) {
    auto shown = *store;
    shown.spec = *std::move(spec);
    co_return json_response(200, store_dto(shown));
  }
  auto updated = co_await api.stores.update(*store, *std::move(spec));
  for (int left = kUpdateRepeats; left > 0 && is_conflict(updated); --left) {
    store = co_await get_again(api, *std::move(store));
    if (!store) co_return refuse_change(store.error(), name);
    if (!fits(wanted, *store)) break;
    spec = co_await change_of(api, request.http.body, *store);
    if (!spec) co_return std::unexpected(std::move(spec.error()));
    updated = co_await api.stores.update(*store, *std::move(spec));
  }
  if (!updated) co_return refuse_change(updated.error(), name);
  log_info("store update accepted", {{"store", updated->name},
                                     {"team", updated->spec.team},
                                     {"caller", request.caller.name},
                                     {"request_id", request.id},
                                     {"trace_id", request.trace_id}});
  co_return accepted(OperationKind::kUpdate, *updated);
}

Task<Answer> retry_store(const ApiDependencies& api, ApiRequest request) {
  const auto store = co_await api.stores.get(request.path_parameter("name"));
  if (!store) co_return refuse(store.error());
  const auto asked = co_await api.stores.request_retry(*store, std::chrono::system_clock::now());
  if (!asked && asked.error().code == ErrorCode::kConflict)
    co_return std::unexpected(changed_meanwhile(store->name));
  if (!asked) co_return refuse(asked.error());
  log_info("retry accepted", {{"store", asked->name},
                              {"team", asked->spec.team},
                              {"caller", request.caller.name},
                              {"request_id", request.id},
                              {"trace_id", request.trace_id}});
  // No operation to await: until the controller has looked, the old failure is all that there is to tell.
  co_return json_response(202, store_dto(*asked));
}

Task<Answer> delete_store(const ApiDependencies& api, ApiRequest request) {
  const auto name = request.path_parameter("name");
  const auto store = co_await api.stores.get(name);
  if (!store) co_return refuse(store.error());
  const auto removed = co_await api.stores.remove(name, store->uid);
  if (!removed && removed.error().code != ErrorCode::kNotFound) co_return refuse(removed.error());
  const auto leaving = co_await api.stores.get(name);
  const bool same = leaving && leaving->uid == store->uid;
  auto shown = same ? *leaving : *store;
  // The cache may be a moment behind, and what is gone already answers as on its way.
  if (!shown.deletion_requested_at) shown.deletion_requested_at = std::chrono::system_clock::now();
  shown.status.phase = Phase::kDeleting;
  log_info("store deletion accepted", {{"store", name},
                                       {"team", shown.spec.team},
                                       {"caller", request.caller.name},
                                       {"request_id", request.id},
                                       {"trace_id", request.trace_id}});
  co_return accepted(OperationKind::kDelete, shown);
}

}  // namespace storefleet
