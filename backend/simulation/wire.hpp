#pragma once
#include <functional>
#include <memory>
#include <string>

#include "simulation/agenda.hpp"
#include "simulation/api_server.hpp"
#include "simulation/exchange.hpp"
#include "simulation/faults.hpp"
#include "simulation/station.hpp"
#include "simulation/watches.hpp"

namespace storefleet::simulation {

/// What lies between the controller's processes and everything they talk to: takes time, loses, repeats,
/// refuses. After each write it asks whether the process dies now.
class Wire : public Network {
 public:
  /// A shop as it answers a request by its host name, or an agent in a pod by its address.
  using Site = std::function<Result<http::Response>(const std::string& host, const http::Request& request)>;
  /// Before a write is done: what watches over the promises.
  using Witness = std::function<void(const Station& sender, const Call& call)>;

  Wire(Agenda& agenda, Trace& trace, Random& random, ApiServer& api, Watches& watches, const Faults& faults,
       const Tampering& tampering);

  void send(const std::string& host, http::Request request, const std::shared_ptr<Exchange>& exchange,
            Answering answering) override;

  /// One call that has arrived, of the process or of its helper: done at once.
  Answer call(const std::shared_ptr<Station>& sender, Call call);

  /// Whether the lease is this process' by the clock of the world: nobody else may take it yet.
  [[nodiscard]] bool holds_lease(const Station& sender) const;

  std::shared_ptr<Station> running;  // the process that runs now
  Site site;
  Witness witness;
  std::int64_t writes_for_stores = 0;  // all but those of the lease and of the verdict on isolation

 private:
  struct Request {
    std::shared_ptr<Station> sender;
    std::string host;
    http::Request request;
    std::weak_ptr<Exchange> exchange;
    Answering answering;
  };

  /// It has come to the API server or the site, which takes its time.
  void reach(const Request& request);
  void arrive(const Request& request);
  void ask_api(const Request& request);
  void ask_site(const Request& request);
  void answer(const Request& request, Result<http::Response> result);
  /// What the API server says instead of doing it; nothing where it does it.
  std::optional<http::Response> refusal();
  void count_write(Station& sender) const;

  Agenda& agenda_;
  Trace& trace_;
  Random& random_;
  ApiServer& api_;
  Watches& watches_;
  const Faults& faults_;
  const Tampering& tampering_;
};

}  // namespace storefleet::simulation
