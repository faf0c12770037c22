#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace storefleet::cli {

/// The file that a program's name means in the folders of `path` (as in $PATH); empty where there is none.
std::string find_program(const std::string& name, const std::string& path);

/// What another program did.
struct ProgramResult {
  int code = 0;
  std::string out;  // standard output; standard error goes nowhere
};

/// Runs words.front() (a file) and waits for it; nothing where it cannot be started or takes longer than
/// `deadline`: it is killed then.
std::optional<ProgramResult> run_program(std::vector<std::string> words, std::chrono::milliseconds deadline);

}  // namespace storefleet::cli
