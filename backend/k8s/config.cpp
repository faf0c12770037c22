#include "k8s/config.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/json.hpp"

namespace storefleet::k8s {
namespace {

namespace fs = std::filesystem;

Result<std::string> read_file(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file) return fail(ErrorCode::kNotFound, fmt::format("cannot read {}", path.string()));
  return text.str();
}

std::string trimmed(std::string text) {
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  text.erase(0, text.find_first_not_of(" \t\r\n"));
  return text;
}

Result<std::string> decode_base64(std::string text, std::string_view field) {
  std::erase_if(text, [](char letter) { return letter == '\n' || letter == '\r' || letter == ' '; });
  std::string decoded(text.size() / 4 * 3 + 3, '\0');
  const int length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (length < 0) return fail(ErrorCode::kInvalidArgument, fmt::format("{} is not base64", field));
  const auto padding = text.ends_with("==") ? 2U : text.ends_with('=') ? 1U : 0U;
  decoded.resize(static_cast<std::size_t>(length) - padding);
  return decoded;
}

/// The entry of `list` (clusters, users, contexts) with this name.
const json::value* named(const json::value& config, std::string_view list, std::string_view name,
                         std::string_view kind) {
  for (const auto& item : array_at(config, {list})) {
    if (string_or(item, {"name"}) == name) return find_at(item, {kind});
  }
  return nullptr;
}

/// `<field>-data` decoded, or the content of the file that `<field>` names, or empty.
Result<std::string> pem_of(const json::value& section, const std::string& field, const fs::path& folder) {
  const auto inline_data = string_or(section, {field + "-data"});
  if (!inline_data.empty()) return decode_base64(inline_data, field + "-data");
  const auto path = string_or(section, {field});
  if (path.empty()) return std::string{};
  return read_file(folder / path);
}

/// Fills `config` from a user entry.
Result<void> take_user(const json::value& user, const fs::path& folder, ClusterConfig& config) {
  for (const auto* plugin : {"exec", "auth-provider"}) {
    if (find_at(user, {plugin}) == nullptr) continue;
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("this kubeconfig logs in with a plugin ({}), which Storefleet does not run. Use a "
                    "context with a token or certificate, for example: kubectl create token NAME, then "
                    "kubectl config set-credentials storefleet --token=TOKEN",
                    plugin));
  }
  if (find_at(user, {"username"}) != nullptr)
    return fail(ErrorCode::kInvalidArgument,
                "this kubeconfig uses a user name and password, which no current API "
                "server accepts; use a token or certificate");
  auto certificate = pem_of(user, "client-certificate", folder);
  if (!certificate) return std::unexpected(certificate.error());
  auto key = pem_of(user, "client-key", folder);
  if (!key) return std::unexpected(key.error());
  config.client_cert_pem = std::move(*certificate);
  config.client_key_pem = std::move(*key);
  config.token = string_or(user, {"token"});
  const auto token_file = string_or(user, {"tokenFile"});
  if (!token_file.empty()) config.token_file = folder / token_file;
  return {};
}

Result<void> take_cluster(const json::value& cluster, const fs::path& folder, ClusterConfig& config) {
  auto url = http::parse_url(string_or(cluster, {"server"}));
  if (!url) return std::unexpected(url.error().within("clusters[].cluster.server"));
  config.server = std::move(*url);
  auto authority = pem_of(cluster, "certificate-authority", folder);
  if (!authority) return std::unexpected(authority.error());
  config.ca_pem = std::move(*authority);
  config.tls_server_name = string_or(cluster, {"tls-server-name"});
  if (bool_or(cluster, {"insecure-skip-tls-verify"}, false))
    config.verification = http::TlsVerification::kNone;
  if (find_at(cluster, {"proxy-url"}) != nullptr)
    return fail(ErrorCode::kInvalidArgument, "this kubeconfig asks for a proxy-url, which is not supported");
  return {};
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read at start, never set
  return value == nullptr ? std::string{} : std::string(value);
}

}  // namespace

Result<ClusterConfig> load_kubeconfig(const std::string& path, std::optional<std::string> context) {
  const auto file = load_yaml_file(path);
  if (!file) return std::unexpected(file.error());
  const auto folder = fs::absolute(path).parent_path();
  const auto name = context ? *context : string_or(*file, {"current-context"});
  const auto where = fmt::format("{}, context \"{}\"", path, name);
  const auto* chosen = named(*file, "contexts", name, "context");
  if (chosen == nullptr)
    return fail(ErrorCode::kNotFound, fmt::format("{}: there is no such context", where));
  const auto* cluster = named(*file, "clusters", string_or(*chosen, {"cluster"}), "cluster");
  if (cluster == nullptr)
    return fail(ErrorCode::kNotFound, fmt::format("{}: its cluster is not there", where));
  ClusterConfig config;
  config.ns = string_or(*chosen, {"namespace"}, "default");
  if (config.ns.empty()) config.ns = "default";
  auto taken = take_cluster(*cluster, folder, config);
  if (taken) {
    const auto* user = named(*file, "users", string_or(*chosen, {"user"}), "user");
    if (user != nullptr) taken = take_user(*user, folder, config);
  }
  if (!taken) return std::unexpected(taken.error().within(where));
  return config;
}

Result<ClusterConfig> in_cluster_config(const std::string& root) {
  const auto host = environment("KUBERNETES_SERVICE_HOST");
  const auto port = environment("KUBERNETES_SERVICE_PORT");
  if (host.empty() || port.empty())
    return fail(ErrorCode::kNotFound, "not in a cluster: KUBERNETES_SERVICE_HOST is not set");
  const auto token_file = fs::path(root) / "token";
  const auto token = read_file(token_file);
  if (!token) return std::unexpected(token.error().within("the pod has no service account token"));
  auto authority = read_file(fs::path(root) / "ca.crt");
  if (!authority) return std::unexpected(authority.error());
  const bool is_ipv6 = host.find(':') != std::string::npos;
  auto url = http::parse_url(is_ipv6 ? fmt::format("https://[{}]:{}", host, port)
                                     : fmt::format("https://{}:{}", host, port));
  if (!url) return std::unexpected(url.error().within("KUBERNETES_SERVICE_HOST"));
  ClusterConfig config;
  config.server = std::move(*url);
  config.ca_pem = std::move(*authority);
  config.token_file = token_file;
  const auto ns = read_file(fs::path(root) / "namespace");
  if (ns && !trimmed(*ns).empty()) config.ns = trimmed(*ns);
  return config;
}

Result<ClusterConfig> discover_config(std::optional<std::string> explicit_path) {
  if (explicit_path) return load_kubeconfig(*explicit_path);
  const auto list = environment("KUBECONFIG");
  std::string_view rest = list;
  while (!rest.empty()) {
    const auto end = rest.find(':');
    const std::string path(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    std::error_code error;
    if (!path.empty() && fs::exists(path, error)) return load_kubeconfig(path);
  }
  const auto inside = in_cluster_config();
  if (inside || inside.error().code != ErrorCode::kNotFound) return inside;
  const auto home = environment("HOME");
  const auto standard = fs::path(home) / ".kube" / "config";
  std::error_code error;
  if (!home.empty() && fs::exists(standard, error)) return load_kubeconfig(standard);
  return fail(ErrorCode::kNotFound,
              fmt::format("no cluster found: looked at $KUBECONFIG, the pod's service account and {}",
                          standard.string()));
}

}  // namespace storefleet::k8s
