#pragma once

namespace storefleet::cli {

/// Runs one client command (every subcommand but `serve`) and returns its exit code (docs/cli.md).
int run_cli(int argc, char** argv);

}  // namespace storefleet::cli
