#include "controller/reflector.hpp"

#include <malloc.h>

#include "base/log.hpp"

namespace storefleet::controller {

Reflector::Reflector(k8s::Client& client, k8s::Resource resource, ReflectorOptions options,
                     ReflectorSink& sink)
    : client_(client),
      resource_(resource),
      options_(std::move(options)),
      sink_(sink),
      watcher_(options_.backoff) {}

Task<void> Reflector::run() {
  while (true) {
    auto step = watcher_.next(random_fraction());
    if (step.wait.count() > 0) {
      const bool waited = co_await sleep_for(step.wait);
      if (!waited) co_return;
    }
    if (step.kind == Watcher::Kind::kListPage) {
      co_await list_page(std::move(step));
    } else {
      co_await watch(std::move(step));
    }
  }
}

Task<void> Reflector::list_page(Watcher::Step step) {
  k8s::ListOptions options;
  options.label_selector = options_.label_selector;
  options.field_selector = options_.field_selector;
  options.limit = options_.page_size;
  options.continue_token = step.continue_token;
  options.form = options_.form;
  const auto page = co_await client_.list(resource_, options_.ns, std::move(options));
  if (!page) {
    report(page.error(), "cannot list");
    watcher_.page_failed(page.error());
    co_return;
  }
  if (step.first_page) sink_.begin_list();
  for (const auto& object : array_at(*page, {"items"})) sink_.upsert(object);
  const bool complete = watcher_.page_received(string_or(*page, {"metadata", "continue"}),
                                               string_or(*page, {"metadata", "resourceVersion"}));
  if (!complete) co_return;
  ++lists_;
  sink_.end_list();
  ::malloc_trim(0);  // the pages are gone: give their memory back, once a list
}

void Reflector::take_event(const k8s::WatchEvent& event) {
  switch (event.type) {
    case k8s::WatchEventType::kAdded:
    case k8s::WatchEventType::kModified:
      sink_.upsert(event.object);
      break;
    case k8s::WatchEventType::kDeleted:
      sink_.remove(event.object);
      break;
    case k8s::WatchEventType::kBookmark:
      break;
  }
  watcher_.event_received(k8s::meta_resource_version(event.object));
}

Task<void> Reflector::watch(Watcher::Step step) {
  k8s::WatchOptions options;
  options.resource_version = step.resource_version;
  options.label_selector = options_.label_selector;
  options.field_selector = options_.field_selector;
  options.form = options_.form;
  ++watches_;
  auto on_event = [this](const k8s::WatchEvent& event) { take_event(event); };
  const auto outcome = co_await client_.watch(resource_, options_.ns, std::move(options), on_event);
  if (!outcome) report(outcome.error(), "a watch broke");
  watcher_.watch_ended(outcome);
}

/// Once a streak, when it fails for the second time: a single broken watch is the normal course of things.
void Reflector::report(const Error& error, std::string_view what) const {
  const bool ordinary = error.code == ErrorCode::kCancelled || error.code == ErrorCode::kGone;
  if (ordinary || watcher_.failures() != 1) return;
  log_warning(what, {{"kind", std::string(resource_.kind)}, {"error", error.message}});
}

}  // namespace storefleet::controller
