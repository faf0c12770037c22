#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "k8s/testing.hpp"
#include "operator/actions/actor.hpp"
#include "operator/decisions/testing.hpp"

/// What actions are tested with: a scripted API server, and the other tools kept in memory.
namespace storefleet::testing {

/// Keeps what Helm was told to do; fails with `error` where there is one.
class KeptReleases : public releases::Releases {
 public:
  struct Call {
    std::string operation;
    releases::WantedRelease wanted;
  };

  Task<Result<void>> install(releases::WantedRelease wanted) override {
    calls.push_back({"install", std::move(wanted)});
    if (error) co_return std::unexpected(*error);
    co_return Result<void>{};
  }
  Task<Result<void>> repair(releases::WantedRelease wanted) override {
    calls.push_back({"repair", std::move(wanted)});
    if (error) co_return std::unexpected(*error);
    co_return Result<void>{};
  }
  Task<Result<void>> restore(std::string store_namespace, releases::VolumeClaims claims) override {
    calls.push_back(
        {"restore", {.store_namespace = std::move(store_namespace), .claims = std::move(claims)}});
    if (error) co_return std::unexpected(*error);
    co_return Result<void>{};
  }
  Task<Result<void>> uninstall(std::string store_namespace) override {
    calls.push_back({"uninstall", {.store_namespace = std::move(store_namespace)}});
    if (error) co_return std::unexpected(*error);
    co_return Result<void>{};
  }

  std::vector<Call> calls;
  std::optional<Error> error;
};

/// Keeps receipts with the epoch of the leader that wrote them.
class KeptHistory : public History {
 public:
  Task<Result<void>> append(std::vector<StoreEvent>, std::int64_t) override { co_return Result<void>{}; }
  Task<Result<std::vector<StoreEvent>>> events(EventQuery) override { co_return std::vector<StoreEvent>{}; }
  Task<Result<void>> save_receipt(TeardownReceipt receipt, std::int64_t epoch) override {
    if (error) co_return std::unexpected(*error);
    receipts.emplace_back(std::move(receipt), epoch);
    co_return Result<void>{};
  }
  Task<Result<TeardownReceipt>> receipt(std::string, TeamFilter) override {
    co_return fail(ErrorCode::kNotFound, "no receipt");
  }
  Task<Result<Pruned>> prune(Retention, std::string, std::int64_t) override { co_return Pruned{}; }
  Task<Result<void>> ping() override { co_return Result<void>{}; }

  std::vector<std::pair<TeardownReceipt, std::int64_t>> receipts;
  std::optional<Error> error;
};

/// A ledger of places by store, and of reservations.
class KeptLedger : public QuotaLedger {
 public:
  Task<Result<std::string>> reserve(QuotaClaim) override { co_return std::string(); }
  Task<Result<void>> cancel(std::string reservation) override {
    if (error) co_return std::unexpected(*error);
    cancelled.push_back(std::move(reservation));
    co_return Result<void>{};
  }
  Task<Result<void>> check(QuotaClaim) override { co_return Result<void>{}; }
  Task<Result<void>> admit(QuotaClaim claim, std::string reservation) override {
    ++asked;
    while (hangs) {
      const bool waited = co_await sleep_for(std::chrono::milliseconds(5));
      if (!waited) co_return fail(ErrorCode::kCancelled, "cancelled");
    }
    if (error) co_return std::unexpected(*error);
    const auto uid = claim.store_uid;
    places.insert_or_assign(uid, std::pair(std::move(claim), std::move(reservation)));
    co_return Result<void>{};
  }
  Task<Result<void>> release(std::string store_uid) override {
    if (error) co_return std::unexpected(*error);
    places.erase(store_uid);
    co_return Result<void>{};
  }
  Task<Result<void>> rebuild(std::vector<QuotaClaim>) override { co_return Result<void>{}; }

  std::map<std::string, std::pair<QuotaClaim, std::string>> places;  // with the reservation that each came by
  std::vector<std::string> cancelled;
  std::optional<Error> error;
  bool hangs = false;     // as a database does that drops packets
  std::size_t asked = 0;  // for places
};

/// A store's web server: the in-pod endpoint of one test, the ingress of another. Keeps what it was asked.
class KeptShop {
 public:
  explicit KeptShop(asio::io_context& context)
      : server_(context.get_executor(), {.address = "127.0.0.1"},
                [this](http::Request request) { return answer(std::move(request)); }) {
    if (!server_.listen()) throw std::runtime_error("cannot listen");
  }

  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  Task<void> stop() { return server_.stop(std::chrono::milliseconds(50)); }
  /// "PUT /site"
  [[nodiscard]] std::vector<std::string> asked() const {
    std::vector<std::string> lines;
    for (const auto& request : requests) lines.push_back(request.method + " " + request.target);
    return lines;
  }

  std::vector<http::Request> requests;
  unsigned status = 200;
  std::string body;

 private:
  Task<http::Response> answer(http::Request request) {
    requests.push_back(std::move(request));
    http::Response response;
    response.status = status;
    response.body = body;
    co_return response;
  }

  http::Server server_;
};

/// An actor beside a scripted API server. Its store is what `scenario_` builds; the ingress is `shop_`.
class ActionTest : public k8s::testing::ApiTest {
 protected:
  static constexpr std::int64_t kEpoch = 7;

  void SetUp() override {
    ApiTest::SetUp();
    shop_.emplace(context_);
    prober_ =
        probes::Prober::create(context_.get_executor(), fmt::format("127.0.0.1:{}", shop_->port())).value();
    actor_.emplace(store_operator::Tools{*client_, releases_, *prober_, history_, ledger_, kEpoch});
  }
  void TearDown() override {
    EXPECT_TRUE(api_->exhausted()) << "the API server was asked for less than the test says";
    prober_.reset();
    run(shop_->stop());
    ApiTest::TearDown();
  }

  Result<void> act(store_operator::ActionKind kind) { return get(actor_->act(kind, scenario_.observed)); }

  /// The path of something in the store's namespace.
  static std::string inside(const std::string& group, const std::string& rest) {
    return group + "/namespaces/store-0123456789/" + rest;
  }
  static std::string core(const std::string& rest) { return inside("/api/v1", rest); }

  /// The answer of an API server that says no: "AlreadyExists", "NotFound", "Conflict", "Forbidden".
  static k8s::testing::Reply refusal(unsigned status, const std::string& reason) {
    return {.status = status,
            .body = fmt::format(R"({{"kind":"Status","reason":"{}","message":"the server says {}"}})", reason,
                                reason)};
  }
  static k8s::testing::Reply taken() { return {.body = "{}"}; }

  /// "DELETE /path" of one request; the query is left out.
  [[nodiscard]] std::string line(std::size_t request) const {
    const auto& [method, target, headers, body, address] = api_->requests.at(request);
    return method + " " + target.substr(0, target.find('?'));
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < api_->requests.size(); ++i) all.push_back(line(i));
    return all;
  }
  /// The body of one request.
  [[nodiscard]] json::value sent(std::size_t request) const {
    return parse_json(api_->requests.at(request).body).value();
  }
  /// The UID that a delete is limited to; empty where it is not.
  [[nodiscard]] std::string only_uid(std::size_t request) const {
    return string_or(sent(request), {"preconditions", "uid"});
  }
  /// What the teardown receipt will say of a kind.
  [[nodiscard]] std::vector<std::string> removed(std::string_view kind) const {
    std::vector<std::string> names;
    for (const auto& name : array_at(scenario_.observed.memory.removed, {kind}))
      names.push_back(to_std(name.as_string()));
    return names;
  }

  std::optional<KeptShop> shop_;
  KeptReleases releases_;
  KeptHistory history_;
  KeptLedger ledger_;
  std::unique_ptr<probes::Prober> prober_;
  std::optional<store_operator::Actor> actor_;
  Scenario scenario_;
};

}  // namespace storefleet::testing
