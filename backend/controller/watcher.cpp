#include "controller/watcher.hpp"

#include <utility>

namespace storefleet::controller {

Watcher::Step Watcher::next(double random) const {
  Step step;
  step.wait = backoff_.delay(failures_, random);
  if (state_ == State::kWatching) {
    step.kind = Kind::kWatch;
    step.resource_version = resource_version_;
    return step;
  }
  step.kind = Kind::kListPage;
  step.first_page = first_page_;
  step.continue_token = continue_token_;
  return step;
}

bool Watcher::page_received(std::string continue_token, std::string resource_version) {
  failures_ = 0;
  first_page_ = false;
  continue_token_ = std::move(continue_token);
  resource_version_ = std::move(resource_version);  // of the whole list, the same on every page
  if (!continue_token_.empty()) return false;
  state_ = State::kWatching;
  synced_ = true;
  event_since_watch_ = false;
  return true;
}

void Watcher::page_failed(const Error& error) {
  ++failures_;
  if (error.code == ErrorCode::kGone) restart_list();
}

void Watcher::event_received(std::string_view resource_version) {
  if (!resource_version.empty()) resource_version_ = resource_version;
  event_since_watch_ = true;
  failures_ = 0;
}

void Watcher::watch_ended(const Result<void>& outcome) {
  const bool useful = std::exchange(event_since_watch_, false);
  if (useful) gone_in_a_row_ = 0;
  if (!outcome && outcome.error().code == ErrorCode::kGone) {
    failures_ = gone_in_a_row_++;  // the first one lists at once
    restart_list();
    return;
  }
  failures_ = outcome && useful ? 0 : failures_ + 1;
}

void Watcher::restart_list() {
  state_ = State::kListing;
  first_page_ = true;
  continue_token_.clear();
}

}  // namespace storefleet::controller
