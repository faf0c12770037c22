#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "simulation/run.hpp"

namespace {

using namespace storefleet;
using namespace storefleet::simulation;

constexpr const char* kUsage =
    "storefleet-simulation [--seeds N] [--from N] [--jobs N] [--engines FOLDER]   runs seeds, each in its "
    "own world\n"
    "storefleet-simulation --seed N                                               one seed, with what "
    "happened\n";

struct Options {
  std::uint64_t seeds = 10'000;
  std::uint64_t from = 1;
  std::uint64_t jobs = 2;
  std::uint64_t seed = 0;  // one alone
  std::string engines = "tests/integration/engines";
};

/// Shared by all processes of a run.
struct Tally {
  std::uint64_t done;
  std::uint64_t failed;
  std::uint64_t deaths;
  std::uint64_t writes;
  std::uint64_t virtual_seconds;
  std::uint64_t now[64];  // seed that each process runs
};

bool read_options(int count, char** words, Options& options) {
  const std::vector<std::pair<std::string, std::uint64_t*>> numbers = {{"--seeds", &options.seeds},
                                                                       {"--from", &options.from},
                                                                       {"--jobs", &options.jobs},
                                                                       {"--seed", &options.seed}};
  for (int i = 1; i < count; i += 2) {
    if (i + 1 == count) return false;
    const std::string word = words[i];
    const std::string value = words[i + 1];
    if (word == "--engines") {
      options.engines = value;
      continue;
    }
    const auto found = std::ranges::find(numbers, word, &std::pair<std::string, std::uint64_t*>::first);
    if (found == numbers.end()) return false;
    if (std::from_chars(value.data(), value.data() + value.size(), *found->second).ec != std::errc())
      return false;
  }
  return options.jobs >= 1 && options.jobs <= 64;
}

int run_one(const Platform& platform, std::uint64_t seed) {
  const auto outcome = run_seed(platform, seed, {}, true);
  for (const auto& line : outcome.trace) fmt::print("{}\n", line);
  fmt::print("seed {}: faults: {}; {} s of virtual time, digest {:016x}\n", seed,
             outcome.faults.empty() ? "none" : outcome.faults, outcome.lasted / 1000, outcome.digest);
  if (!outcome.broken) return 0;
  fmt::print("{} is broken: {}\n", outcome.broken->promise, outcome.broken->how);
  return 1;
}

void work(const Platform& platform, const Options& options, std::uint64_t job, std::uint64_t first,
          Tally& tally) {
  for (auto seed = first; seed < options.from + options.seeds; seed += options.jobs) {
    tally.now[job] = seed;
    const auto outcome = run_seed(platform, seed, {}, false);
    __atomic_add_fetch(&tally.done, 1, __ATOMIC_RELAXED);
    __atomic_add_fetch(&tally.deaths, outcome.deaths, __ATOMIC_RELAXED);
    __atomic_add_fetch(&tally.writes, outcome.writes, __ATOMIC_RELAXED);
    __atomic_add_fetch(&tally.virtual_seconds, outcome.lasted / 1000, __ATOMIC_RELAXED);
    if (!outcome.broken) continue;
    __atomic_add_fetch(&tally.failed, 1, __ATOMIC_RELAXED);
    fmt::print("seed {}: {} is broken: {} (faults: {})\n", seed, outcome.broken->promise, outcome.broken->how,
               outcome.faults);
    std::fflush(stdout);
  }
}

/// Runs the seeds in processes of their own, so that one that crashes ends no other; it is a failed seed.
int run_many(const Platform& platform, const Options& options) {
  auto* memory = mmap(nullptr, sizeof(Tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  auto& tally = *static_cast<Tally*>(memory);
  std::vector<pid_t> workers(options.jobs);
  const auto start = [&](std::uint64_t job, std::uint64_t first) {
    std::fflush(stdout);
    workers[job] = fork();
    if (workers[job] != 0) return;
    work(platform, options, job, first, tally);
    std::fflush(stdout);
    _exit(0);
  };
  for (std::uint64_t job = 0; job < options.jobs; ++job) start(job, options.from + job);
  for (auto left = options.jobs; left > 0;) {
    int status = 0;
    const auto ended = wait(&status);
    const auto job = static_cast<std::uint64_t>(std::ranges::find(workers, ended) - workers.begin());
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
      --left;
      continue;
    }
    ++tally.failed;
    ++tally.done;
    fmt::print("seed {}: the program itself ended with status {:#x}\n", tally.now[job], status);
    start(job, tally.now[job] + options.jobs);
  }
  fmt::print("{} seeds: {} failed; {} processes died, {} changes of objects, {} h of virtual time\n",
             tally.done, tally.failed, tally.deaths, tally.writes, tally.virtual_seconds / 3600);
  return tally.failed == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  Options options;
  if (!read_options(count, words, options)) {
    fmt::print(stderr, "{}", kUsage);
    return 2;
  }
  const auto platform = load_platform(options.engines);
  if (!platform) {
    fmt::print(stderr, "storefleet-simulation: {}\n", platform.error().message);
    return 2;
  }
  return options.seed != 0 ? run_one(*platform, options.seed) : run_many(*platform, options);
}
