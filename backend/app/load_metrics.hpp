#pragma once
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include "http/server.hpp"
#include "storage/pool.hpp"

namespace storefleet::app {

/// What callers make of connections: storefleet_http_connections and storefleet_http_connections_cut_total by
/// reason, storefleet_sql_waiting and storefleet_sql_refused_total by whose calls (people, strangers).
class LoadMetrics {
 public:
  /// `registry` must outlive this object.
  explicit LoadMetrics(prometheus::Registry& registry);

  /// Before each scrape.
  void refresh(const http::Server& server, const storage::Pool& people, const storage::Pool& strangers);

 private:
  struct Sql {
    prometheus::Gauge& waiting;
    prometheus::Counter& refused;
    void refresh(const storage::Pool& pool);
  };

  prometheus::Gauge& open_;
  prometheus::Family<prometheus::Counter>& cut_;
  prometheus::Counter& evicted_;
  prometheus::Counter& refused_;
  prometheus::Family<prometheus::Gauge>& sql_waiting_;
  prometheus::Family<prometheus::Counter>& sql_refused_;
  Sql people_;
  Sql strangers_;
};

}  // namespace storefleet::app
