#include "operator/images_on_nodes.hpp"

#include <fmt/format.h>

#include "base/json.hpp"
#include "k8s/resource.hpp"

namespace storefleet::store_operator {
namespace {

/// What the chart labels those DaemonSets with.
constexpr std::string_view kSelector = "app.kubernetes.io/component=images";

}  // namespace

ImageOnNodes image_on_nodes_view(const json::value& daemon_set) {
  const auto containers = array_at(daemon_set, {"spec", "template", "spec", "containers"});
  ImageOnNodes view{.image = containers.empty() ? "" : string_or(containers[0], {"image"}),
                    .nodes = int_or(daemon_set, {"status", "desiredNumberScheduled"}, 0)};
  // What it says is of an older image, or nothing yet.
  const bool counted =
      int_or(daemon_set, {"status", "observedGeneration"}, 0) == k8s::meta_generation(daemon_set);
  const auto updated = int_or(daemon_set, {"status", "updatedNumberScheduled"}, 0);
  const auto ready = int_or(daemon_set, {"status", "numberReady"}, 0);
  view.missing = counted ? view.nodes - std::min(updated, ready) : std::max<std::int64_t>(view.nodes, 1);
  return view;
}

ImagesOnNodes::ImagesOnNodes(k8s::Client& client, const std::string& platform_namespace)
    : cache_(
          client, k8s::kDaemonSet, {.ns = platform_namespace, .label_selector = std::string(kSelector)},
          [](const json::value& object) { return std::optional(image_on_nodes_view(object)); },
          [](const k8s::ObjectName&, const ImageOnNodes& view) { return view.image; }) {}

void ImagesOnNodes::on_change(const std::function<void()>& changed) {
  cache_.on_change(
      [changed](const k8s::ObjectName&, const ImageOnNodes*, const ImageOnNodes*) { changed(); });
}

std::optional<std::string> ImagesOnNodes::lacks(const std::string& image) const {
  for (const auto* view : cache_.by_index(image)) {
    if (view->missing <= 0) return std::nullopt;
    return fmt::format("The new image is not on {} of {} nodes yet.", view->missing, view->nodes);
  }
  return "The new image is on no node yet.";
}

}  // namespace storefleet::store_operator
