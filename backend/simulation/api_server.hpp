#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "k8s/resource.hpp"
#include "simulation/machine.hpp"
#include "simulation/objects.hpp"

namespace storefleet::simulation {

struct Answer {
  unsigned status = 200;
  json::value body;
};

/// One request to the API server that is not a watch. `actor` is who sends it: "operator" and "helm" have the
/// rights of the platform's ClusterRoles, everybody else may do anything.
struct Call {
  std::string actor;
  std::string method;
  std::string target;  // path and query
  std::string content_type;
  std::string body;
};

/// One change of an object, as watches tell of it. `now` is null where it was deleted; `last` is then the
/// object as it was, with the version of the deletion.
struct Change {
  std::uint64_t version = 0;
  Millis at = 0;
  std::shared_ptr<const json::value> before = {};
  std::shared_ptr<const json::value> now = {};
  std::shared_ptr<const json::value> last = {};
  std::shared_ptr<const std::string> text = {};  // of `now`, or of `last`
  std::string actor = {};                        // empty: a controller of Kubernetes itself
};

/// A model of the Kubernetes API server: objects with uid, resourceVersion, generation, finalizers and
/// status; preconditions; namespaces that go in their own time; what the operator's roles allow. It answers
/// at once: time and faults are the wire's. https://kubernetes.io/docs/reference/using-api/api-concepts/
class ApiServer {
 public:
  using Listener = std::function<void(std::string_view plural, const Change& change)>;
  using ObjectName = k8s::ObjectName;

  Answer answer(const Call& call);

  /// Called after every change, in the order they were added.
  void on_change(Listener listener) { listeners_.push_back(std::move(listener)); }

  [[nodiscard]] const json::value* find(std::string_view plural, const ObjectName& name) const;
  /// In the order of their names; of one namespace, or of all where it is empty.
  [[nodiscard]] std::vector<std::shared_ptr<const json::value>> all(std::string_view plural,
                                                                    const std::string& ns = {}) const;
  /// Every change of a kind so far, oldest first.
  [[nodiscard]] const std::vector<Change>& changes(std::string_view plural) const;
  [[nodiscard]] std::uint64_t version() const { return version_; }

  /// What Kubernetes' own controllers do; nothing where there is no such object.
  void update(std::string_view plural, const ObjectName& name,
              const std::function<void(json::value&)>& change);
  void erase(std::string_view plural, const ObjectName& name);

  /// How long a role that was just bound is not known yet.
  Millis binding_lag = 0;

 private:
  struct Kind {
    std::map<ObjectName, std::shared_ptr<const json::value>> objects;
    std::vector<Change> changes;
  };

  Answer handle(const Call& call);
  Answer list(std::string_view plural, const std::string& ns, const Selection& selection) const;
  Answer create(const k8s::Resource& kind, const ObjectName& where, json::value object);
  Answer write(const k8s::Resource& kind, const ObjectName& name, const Call& call,
               std::string_view subresource);
  Answer remove(const k8s::Resource& kind, const ObjectName& name, const json::value& options);
  [[nodiscard]] bool allowed(const Call& call, std::string_view plural, const std::string& ns) const;
  /// Stores an object in its new form; one that is being deleted and has no finalizer any more goes.
  const json::value& put(const k8s::Resource& kind, const ObjectName& name, json::value object);
  void note(std::string_view plural, Change change);

  std::map<std::string, Kind, std::less<>> kinds_;
  std::vector<Listener> listeners_;
  std::map<std::string, Millis> bound_at_;  // by namespace
  std::string actor_;                       // of the call that is being answered
  std::uint64_t version_ = 100;
  std::uint64_t uids_ = 0;
};

/// "2026-01-01T00:00:00Z", as the API server writes times.
std::string timestamp();

}  // namespace storefleet::simulation
