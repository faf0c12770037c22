#include "releases/helm_helper.hpp"

#include <array>
#include <csignal>
#include <cstring>
#include <tuple>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.hpp"
#include "releases/protocol.hpp"

extern "C" char** environ;

namespace storefleet::releases {
namespace {

constexpr std::size_t kMaxLine = 4U << 20U;
constexpr std::chrono::milliseconds kLookAgain{5};
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

/// Both ends of a pipe, closed on exec.
Result<std::array<int, 2>> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0)
    return fail(ErrorCode::kInternal, fmt::format("pipe: {}", std::strerror(errno)));
  return ends;
}

json::object json_of(const VolumeClaims& claims) {
  json::object object;
  for (const auto& [name, uid] : claims) object[name] = uid;
  return object;
}

}  // namespace

/// One request under way; the timer is its deadline and is cancelled when the reply is there.
struct HelmHelper::Call {
  explicit Call(const asio::any_io_executor& executor) : done(executor) {}
  asio::steady_timer done;
  std::optional<Result<void>> result;

  void finish(Result<void> value) {
    result = std::move(value);
    done.cancel();
  }
};

HelmHelper::HelmHelper(asio::any_io_executor executor, Options options)
    : executor_(std::move(executor)), options_(std::move(options)), writers_(executor_) {}

HelmHelper::~HelmHelper() {
  if (pid_ <= 0) return;  // as always, where run() has ended
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

Result<void> HelmHelper::start() {
  const auto to_child = make_pipe();
  if (!to_child) return std::unexpected(to_child.error());
  const auto from_child = make_pipe();
  if (!from_child) return std::unexpected(from_child.error());
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, (*to_child)[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, (*from_child)[1], STDOUT_FILENO);
  // By this it dies with us, and knows whether we died before it could ask for that.
  auto parent = fmt::format("--parent={}", getpid());
  std::vector<char*> arguments{options_.executable.data()};
  for (auto& argument : options_.arguments) arguments.push_back(argument.data());
  arguments.push_back(parent.data());
  arguments.push_back(nullptr);
  const int error =
      posix_spawn(&pid_, options_.executable.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close((*to_child)[0]);
  close((*from_child)[1]);
  if (error != 0) {
    pid_ = -1;
    close((*to_child)[1]);
    close((*from_child)[0]);
    return fail(ErrorCode::kUnavailable,
                fmt::format("cannot start {}: {}", options_.executable, std::strerror(error)));
  }
  input_.emplace(executor_, (*to_child)[1]);
  output_.emplace(executor_, (*from_child)[0]);
  return {};
}

bool HelmHelper::has_ended() {
  if (pid_ <= 0) return true;
  if (waitpid(pid_, nullptr, WNOHANG) == 0) return false;
  pid_ = -1;
  return true;
}

Task<void> HelmHelper::end() {
  pending_lines_.clear();
  boost::system::error_code ignored;
  if (input_) std::ignore = input_->close(ignored);  // end of input: the helper ends by itself
  writers_.cancel();
  co_await writers_.join();
  input_.reset();
  const auto patient_until = std::chrono::steady_clock::now() + options_.patience;
  bool killed = false;
  while (!has_ended()) {
    if (!killed && std::chrono::steady_clock::now() >= patient_until) {
      log_warning("the Helm helper does not end and is killed", {{"pid", std::to_string(pid_)}});
      kill(pid_, SIGKILL);
      killed = true;
    }
    co_await sleep_for(kLookAgain);
  }
  output_.reset();
}

Task<void> HelmHelper::run() {
  co_await asio::this_coro::throw_if_cancelled(false);
  while (true) {
    if (const auto started = start(); !started) {
      log_error("the Helm helper did not start", {{"error", started.error().message}});
    } else {
      log_info("the Helm helper runs", {{"pid", std::to_string(pid_)}});
      if (!lease_line_.empty()) write_line(lease_line_);
      co_await read_replies();
    }
    const auto state = co_await asio::this_coro::cancellation_state;
    const bool cancelled = state.cancelled() != asio::cancellation_type::none;
    co_await end();
    fail_all({ErrorCode::kUnavailable, "the Helm helper ended; the operation is tried again"});
    if (cancelled) break;
    const bool go_on = co_await sleep_for(options_.restart_delay);
    if (!go_on) break;
  }
}

Task<void> HelmHelper::read_replies() {
  std::string buffer;
  while (true) {
    auto target = asio::dynamic_buffer(buffer, kMaxLine);
    const auto [error, size] = co_await asio::async_read_until(*output_, target, '\n', kAwait);
    if (error) {
      if (error != asio::error::operation_aborted)
        log_warning("the Helm helper ended", {{"error", error.message()}});
      co_return;
    }
    const auto reply = helm_protocol::parse_reply(std::string_view(buffer).substr(0, size - 1));
    buffer.erase(0, size);
    if (!reply) {
      log_error("the Helm helper answered nonsense", {{"error", reply.error().message}});
      continue;
    }
    if (const auto it = calls_.find(reply->id); it != calls_.end()) {
      it->second->finish(reply->result);
      calls_.erase(it);
    }
  }
}

void HelmHelper::fail_all(const Error& error) {
  for (const auto& [id, call] : calls_) call->finish(std::unexpected(error));
  calls_.clear();
}

Task<void> HelmHelper::write_pending() {
  co_await asio::this_coro::throw_if_cancelled(false);
  while (!pending_lines_.empty() && input_) {
    const auto line = std::move(pending_lines_.front());
    pending_lines_.pop_front();
    const auto buffer = asio::buffer(line);
    const auto [error, size] = co_await asio::async_write(*input_, buffer, kAwait);
    if (error) break;  // run() notices the end of the process and fails all calls
  }
  writing_ = false;
}

void HelmHelper::write_line(std::string line) {
  pending_lines_.push_back(std::move(line));
  if (writing_) return;
  writing_ = true;
  writers_.spawn("helm-helper-write", write_pending());
}

void HelmHelper::lend(BootClock::time_point until, std::chrono::milliseconds longest_write) {
  lease_line_ = helm_protocol::lease_line(until, longest_write);
  if (input_) write_line(lease_line_);
}

Task<Result<void>> HelmHelper::call(std::string operation, std::string store_namespace, json::object fields) {
  if (!input_) co_return fail(ErrorCode::kUnavailable, "the Helm helper is not running yet");
  const auto id = std::to_string(next_id_++);
  fields["deadlineMs"] = options_.deadline.count();
  const auto call = std::make_shared<Call>(executor_);
  calls_[id] = call;
  write_line(helm_protocol::request_line(id, operation, store_namespace, std::move(fields)));
  call->done.expires_after(options_.deadline + std::chrono::seconds(5));
  const auto [error] = co_await call->done.async_wait(kAwait);
  if (call->result) co_return std::move(*call->result);
  calls_.erase(id);
  if (error) co_return fail(ErrorCode::kCancelled, "cancelled");
  co_return fail(ErrorCode::kDeadlineExceeded,
                 fmt::format("Helm {} took longer than {} s", operation, options_.deadline.count() / 1000));
}

Task<Result<void>> HelmHelper::put(std::string operation, WantedRelease wanted) {
  json::object fields{{"chart", wanted.chart},
                      {"values", std::move(wanted.values)},
                      {"digest", wanted.digest},
                      {"claims", json_of(wanted.claims)}};
  return call(std::move(operation), std::move(wanted.store_namespace), std::move(fields));
}

Task<Result<void>> HelmHelper::install(WantedRelease wanted) {
  return put("install", std::move(wanted));
}

Task<Result<void>> HelmHelper::repair(WantedRelease wanted) {
  return put("upgrade", std::move(wanted));
}

Task<Result<void>> HelmHelper::restore(std::string store_namespace, VolumeClaims claims) {
  return call("restore", std::move(store_namespace), {{"claims", json_of(claims)}});
}

Task<Result<void>> HelmHelper::uninstall(std::string store_namespace) {
  const auto state = co_await call("uninstall", std::move(store_namespace), {});
  if (!state && state.error().code != ErrorCode::kNotFound) co_return std::unexpected(state.error());
  co_return Result<void>{};
}

}  // namespace storefleet::releases
