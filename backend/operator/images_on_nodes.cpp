#include "operator/images_on_nodes.hpp"

#include "base/json.hpp"
#include "k8s/resource.hpp"

namespace storefleet::store_operator {
namespace {

/// What the chart labels those DaemonSets with.
constexpr std::string_view kSelector = "app.kubernetes.io/component=images";

}  // namespace

ImageOnNodes image_on_nodes_view(const json::value& daemon_set) {
  const auto number = [&](std::string_view field) { return int_or(daemon_set, {"status", field}, 0); };
  const auto containers = array_at(daemon_set, {"spec", "template", "spec", "containers"});
  const auto nodes = number("desiredNumberScheduled");
  // What it counts is of an older image, or nothing yet.
  const bool counted = number("observedGeneration") == k8s::meta_generation(daemon_set);
  return {.image = containers.empty() ? "" : string_or(containers[0], {"image"}),
          .everywhere = counted && nodes > 0 && number("updatedNumberScheduled") >= nodes &&
                        number("numberReady") >= nodes};
}

ImagesOnNodes::ImagesOnNodes(k8s::Client& client, const std::string& platform_namespace)
    : cache_(
          client, k8s::kDaemonSet, {.ns = platform_namespace, .label_selector = std::string(kSelector)},
          [](const json::value& object) { return std::optional(image_on_nodes_view(object)); },
          [](const k8s::ObjectName&, const ImageOnNodes& view) { return view.image; }) {}

void ImagesOnNodes::on_change(const std::function<void()>& changed) {
  cache_.on_change([changed](const k8s::ObjectName&, const ImageOnNodes* old, const ImageOnNodes* now) {
    if (old == nullptr || now == nullptr || *old != *now) changed();
  });
}

std::optional<std::string> ImagesOnNodes::lacks(const std::string& image) const {
  for (const auto* view : cache_.by_index(image))
    if (view->everywhere) return std::nullopt;
  return "The new image is not on every node yet.";
}

}  // namespace storefleet::store_operator
