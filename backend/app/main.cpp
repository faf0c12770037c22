#include <cstdio>
#include <string_view>

#include <CLI/CLI.hpp>

#include "app/isolation_pod.hpp"
#include "app/serve.hpp"
#include "cli/commands/run.hpp"

namespace {

constexpr int kUsageError = 2;

int serve_command(int argc, char** argv) {
  storefleet::app::ServeOptions options;
  CLI::App app{"Runs the Storefleet server: API, controller or both.", "storefleet serve"};
  app.add_option("--role", options.role, "all, api or controller")->capture_default_str();
  app.add_option("--config", options.config_path, "config.yaml of the platform")->capture_default_str();
  app.add_option("--secrets", options.secrets_folder, "Folder with databaseUrl and adminToken")
      ->capture_default_str();
  app.add_option("--kubeconfig", options.kubeconfig,
                 "Cluster to use; default: $KUBECONFIG, then the pod's service account");
  CLI11_PARSE(app, argc, argv);
  auto config = storefleet::app::load_serve_config(options);
  if (!config) {
    std::fprintf(stderr, "storefleet serve: %s\n", config.error().message.c_str());
    return kUsageError;
  }
  return storefleet::app::serve(*std::move(config));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "serve") return serve_command(argc - 1, argv + 1);
  if (argc == 2 && std::string_view(argv[1]) == "isolation-probe")
    return storefleet::app::run_isolation_pod();
  return storefleet::cli::run_cli(argc, argv);
}
