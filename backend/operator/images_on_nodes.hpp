#pragma once
#include <functional>
#include <optional>
#include <string>

#include "controller/watch_cache.hpp"

namespace storefleet::store_operator {

/// A DaemonSet that keeps one image on the nodes.
struct ImageOnNodes {
  std::string image;
  bool everywhere = false;  // on all nodes that should have it, and there are some
  bool operator==(const ImageOnNodes&) const = default;
};
ImageOnNodes image_on_nodes_view(const json::value& daemon_set);

/// Whether the images of stores are on the nodes, by the DaemonSets of the platform that pull them. One
/// thread.
class ImagesOnNodes {
 public:
  ImagesOnNodes(k8s::Client& client, const std::string& platform_namespace);

  /// Watches until cancelled. Spawn it once.
  Task<void> run() { return cache_.run(); }
  /// `changed` is called when an image came to the last node, or is no longer everywhere. Set it before
  /// run().
  void on_change(const std::function<void()>& changed);

  /// Why an image is not there, in words for a store's team; nothing where it is.
  [[nodiscard]] std::optional<std::string> lacks(const std::string& image) const;

 private:
  controller::WatchCache<ImageOnNodes> cache_;
};

}  // namespace storefleet::store_operator
