#include "app/load_metrics.hpp"

namespace storefleet::app {
namespace {

void catch_up(prometheus::Counter& counter, std::uint64_t now) {
  counter.Increment(static_cast<double>(now) - counter.Value());
}

}  // namespace

LoadMetrics::LoadMetrics(prometheus::Registry& registry)
    : open_(prometheus::BuildGauge()
                .Name("storefleet_http_connections")
                .Help("Open connections to the API.")
                .Register(registry)
                .Add({})),
      cut_(prometheus::BuildCounter()
               .Name("storefleet_http_connections_cut_total")
               .Help("Connections closed to make room for others, or not let in, by reason.")
               .Register(registry)),
      evicted_(cut_.Add({{"reason", "evicted"}})),
      refused_(cut_.Add({{"reason", "refused"}})),
      sql_waiting_(prometheus::BuildGauge()
                       .Name("storefleet_sql_waiting")
                       .Help("Calls under way to the database, by whose they are.")
                       .Register(registry)),
      sql_refused_(prometheus::BuildCounter()
                       .Name("storefleet_sql_refused_total")
                       .Help("Calls refused because too many waited for the database, or one too long.")
                       .Register(registry)),
      people_{sql_waiting_.Add({{"callers", "people"}}), sql_refused_.Add({{"callers", "people"}})},
      strangers_{sql_waiting_.Add({{"callers", "strangers"}}), sql_refused_.Add({{"callers", "strangers"}})} {
}

void LoadMetrics::Sql::refresh(const storage::Pool& pool) {
  waiting.Set(static_cast<double>(pool.waiting()));
  catch_up(refused, pool.refused());
}

void LoadMetrics::refresh(const http::Server& server, const storage::Pool& people,
                          const storage::Pool& strangers) {
  open_.Set(static_cast<double>(server.open_connections()));
  catch_up(evicted_, server.evicted_connections());
  catch_up(refused_, server.refused_connections());
  people_.refresh(people);
  strangers_.refresh(strangers);
}

}  // namespace storefleet::app
