#include "cli/program.hpp"

#include <array>
#include <csignal>
#include <filesystem>
#include <sstream>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace storefleet::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Reads until the other side closes; false where that takes too long.
bool read_all(int file, std::string& text, steady_clock::time_point until) {
  std::array<char, 4096> buffer{};
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now()).count();
    pollfd waiting{.fd = file, .events = POLLIN, .revents = 0};
    if (left <= 0 || poll(&waiting, 1, static_cast<int>(left)) <= 0) return false;
    const auto count = read(file, buffer.data(), buffer.size());
    if (count <= 0) return count == 0;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

/// The process id of words.front() with its output in `pipe_end`; 0 where it cannot be started.
pid_t start(std::vector<std::string>& words, int pipe_end) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe_end, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  if (posix_spawn(&child, arguments.front(), &actions, nullptr, arguments.data(), environ) != 0) child = 0;
  posix_spawn_file_actions_destroy(&actions);
  return child;
}

}  // namespace

std::string find_program(const std::string& name, const std::string& path) {
  std::istringstream folders(path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const auto file = std::filesystem::path(folder.empty() ? "." : folder) / name;
    std::error_code error;
    if (std::filesystem::is_regular_file(file, error) && access(file.c_str(), X_OK) == 0) return file;
  }
  return {};
}

std::optional<ProgramResult> run_program(std::vector<std::string> words, milliseconds deadline) {
  const auto until = steady_clock::now() + deadline;
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  const auto child = start(words, ends[1]);
  close(ends[1]);
  ProgramResult result;
  const bool complete = child != 0 && read_all(ends[0], result.out, until);
  close(ends[0]);
  if (child == 0) return std::nullopt;
  if (!complete) kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  if (!complete) return std::nullopt;
  result.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return result;
}

}  // namespace storefleet::cli
