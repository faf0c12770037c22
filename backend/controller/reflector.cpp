#include "controller/reflector.hpp"

#include <utility>

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
  // Before the first item comes: a page that fails is asked for again, as the first one.
  bool begun = !step.first_page;
  auto take_item = [this, &begun](const json::value& object) {
    if (!std::exchange(begun, true)) sink_.begin_list();
    sink_.upsert(object);
  };
  const auto page = co_await client_.list_items(resource_, options_.ns, std::move(options), take_item);
  if (!page) {
    report(page.error(), "cannot list");
    watcher_.page_failed(page.error());
    note(false);
    co_return;
  }
  note(true);
  if (!begun) sink_.begin_list();
  const bool complete = watcher_.page_received(page->continue_token, page->resource_version);
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
  note(true);
  watcher_.event_received(k8s::meta_resource_version(event.object));
}

Task<void> Reflector::watch(Watcher::Step step) {
  k8s::WatchOptions options;
  options.resource_version = step.resource_version;
  options.label_selector = options_.label_selector;
  options.field_selector = options_.field_selector;
  ++watches_;
  auto on_event = [this](const k8s::WatchEvent& event) { take_event(event); };
  const auto outcome = co_await client_.watch(resource_, options_.ns, std::move(options), on_event);
  if (!outcome) report(outcome.error(), "a watch broke");
  note(outcome.has_value());
  watcher_.watch_ended(outcome);
}

std::chrono::seconds Reflector::failing_for() const {
  if (!failing_since_) return std::chrono::seconds(0);
  return std::chrono::floor<std::chrono::seconds>(std::chrono::steady_clock::now() - *failing_since_);
}

void Reflector::note(bool well) {
  if (well) {
    failing_since_.reset();
  } else if (!failing_since_) {
    failing_since_ = std::chrono::steady_clock::now();
  }
}

/// Once a streak, when it fails for the second time: a single broken watch is the normal course of things.
void Reflector::report(const Error& error, std::string_view what) const {
  const bool ordinary = error.code == ErrorCode::kCancelled || error.code == ErrorCode::kGone;
  if (ordinary || watcher_.failures() != 1) return;
  log_warning(what, {{"kind", std::string(resource_.kind)}, {"error", error.message}});
}

}  // namespace storefleet::controller
