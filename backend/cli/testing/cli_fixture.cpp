#include "cli/testing/cli_fixture.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "base/random.hpp"

namespace storefleet::cli {

ScriptedServer::ScriptedServer() {
  server_ =
      std::make_unique<http::Server>(context_.get_executor(), http::ServerOptions{.address = "127.0.0.1"},
                                     [this](http::Request request) { return respond(std::move(request)); });
  EXPECT_TRUE(server_->listen());
  thread_ = std::jthread([this] { context_.run(); });
}

ScriptedServer::~ScriptedServer() {
  asio::co_spawn(context_, server_->stop(std::chrono::milliseconds(100)), asio::detached);
  thread_.join();
}

void ScriptedServer::answer(const std::string& request, unsigned status, const std::string& body) {
  const std::scoped_lock lock(mutex_);
  const std::string type = status < 400 ? "application/json" : "application/problem+json";
  script_[request].push_back({.status = status, .headers = {{"Content-Type", type}}, .body = body});
}

void ScriptedServer::replace(const std::string& request, unsigned status, const std::string& body,
                             http::Headers headers) {
  const std::scoped_lock lock(mutex_);
  headers.set("Content-Type", "application/json");
  script_[request] = {{.status = status, .headers = std::move(headers), .body = body}};
}

std::vector<http::Request> ScriptedServer::requests() {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

Task<http::Response> ScriptedServer::respond(http::Request request) {
  const std::scoped_lock lock(mutex_);
  auto& answers = script_[fmt::format("{} {}", request.method, request.target)];
  http::Response response{.status = 404, .body = R"({"code":"NotFound","detail":"not in the script"})"};
  if (!answers.empty()) response = answers.front();
  if (answers.size() > 1) answers.erase(answers.begin());
  requests_.push_back(std::move(request));
  co_return response;
}

CliTest::CliTest() : folder_(fmt::format("/tmp/storefleet-cli-{}", random_base32(8))) {
  variables_ = {{"XDG_CONFIG_HOME", folder_},
                {"STOREFLEET_SERVER", fmt::format("http://127.0.0.1:{}", server_.port())},
                {"STOREFLEET_TOKEN", "sesame"}};
}

CliTest::~CliTest() {
  std::filesystem::remove_all(folder_);
}

int CliTest::run(const std::vector<std::string>& arguments) {
  std::ostringstream out;
  std::ostringstream err;
  std::istringstream in(input_);
  Environment environment{.out = out,
                          .err = err,
                          .in = in,
                          .variable = [this](const std::string& name) -> std::optional<std::string> {
                            const auto found = variables_.find(name);
                            return found == variables_.end() ? std::nullopt : std::optional(found->second);
                          },
                          .out_is_terminal = false,
                          .err_is_terminal = terminal_,
                          .in_is_terminal = terminal_,
                          .read_hidden_line = [this] { return hidden_; }};
  const int code = run_command(arguments, environment);
  out_ = out.str();
  err_ = err.str();
  return code;
}

std::string CliTest::store_json(const std::string& name, const std::string& phase, const std::string& uid) {
  return fmt::format(
      R"({{"name":"{0}","uid":"{2}","engine":"woocommerce","plan":"small","team":"default","title":"Demo",)"
      R"("phase":"{1}","url":"http://{0}.localhost/","adminUrl":"http://{0}.localhost/wp-admin/",)"
      R"("createdAt":"2026-11-24T11:15:00.000Z","readySeconds":2.5,"hosts":[],"values":{{}},)"
      R"("steps":[{{"name":"hosts","state":"Done","startedAt":"2026-11-24T11:15:00.000Z",)"
      R"("finishedAt":"2026-11-24T11:15:00.400Z"}},{{"name":"namespace","state":"Running"}}]}})",
      name, phase, uid);
}

}  // namespace storefleet::cli
