#include "k8s/config.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <stdlib.h>

namespace storefleet::k8s {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class ConfigTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "kubeconfig-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override {
    fs::remove_all(folder_);
    for (const auto* name : {"KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"})
      ::unsetenv(name);
  }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  std::string kubeconfig(const std::string& user, const std::string& cluster = "server: https://api:6443") {
    return write("config", R"(
apiVersion: v1
kind: Config
current-context: one
contexts:
- {name: one, context: {cluster: c, user: u, namespace: shop}}
- {name: two, context: {cluster: c, user: nobody}}
- {name: broken, context: {cluster: missing, user: u}}
clusters:
- name: c
  cluster: {)" + cluster + R"(}
users:
- name: u
  user: {)" + user + "}\n");
  }
  fs::path folder_;
};

TEST_F(ConfigTest, ReadsInlineAndFileCredentials) {
  write("key.pem", "KEY");
  const auto config =
      load_kubeconfig(kubeconfig("client-certificate-data: Q0VSVA==, client-key: key.pem",
                                 "server: https://api:6443/base, certificate-authority-data: Q0E="));
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->server.host, "api");
  EXPECT_EQ(config->server.port, 6443);
  EXPECT_EQ(config->server.target, "/base");
  EXPECT_EQ(config->ca_pem, "CA");
  EXPECT_EQ(config->client_cert_pem, "CERT");
  EXPECT_EQ(config->client_key_pem, "KEY");
  EXPECT_EQ(config->ns, "shop");
  EXPECT_EQ(config->verification, http::TlsVerification::kPeerAndName);
}

TEST_F(ConfigTest, ReadsTokensAndVerification) {
  const auto path =
      kubeconfig("token: abc, tokenFile: t", "server: https://api, insecure-skip-tls-verify: true");
  const auto config = load_kubeconfig(path);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->token, "abc");
  EXPECT_EQ(config->token_file, folder_ / "t");
  EXPECT_EQ(config->verification, http::TlsVerification::kNone);
  const auto other = load_kubeconfig(path, "two");
  ASSERT_TRUE(other);
  EXPECT_EQ(other->token, "");
  EXPECT_EQ(other->ns, "default");
}

TEST_F(ConfigTest, SaysWhatItCannotUse) {
  const auto plugin = load_kubeconfig(kubeconfig("exec: {command: aws}"));
  ASSERT_FALSE(plugin);
  EXPECT_THAT(plugin.error().message, HasSubstr("kubectl create token"));
  EXPECT_FALSE(load_kubeconfig(kubeconfig("username: a, password: b")));
  EXPECT_FALSE(load_kubeconfig(kubeconfig("client-certificate-data: '!!!'")));
  EXPECT_FALSE(load_kubeconfig(kubeconfig("client-key: missing.pem")));
  EXPECT_FALSE(load_kubeconfig(kubeconfig("token: a", "server: api")));
  const auto path = kubeconfig("token: a");
  EXPECT_EQ(load_kubeconfig(path, "none").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(load_kubeconfig(path, "broken").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(load_kubeconfig(folder_ / "nowhere").error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(load_kubeconfig(write("bad", "a: [")));
}

TEST_F(ConfigTest, ReadsThePodsServiceAccount) {
  EXPECT_EQ(in_cluster_config(folder_).error().code, ErrorCode::kNotFound);
  ::setenv("KUBERNETES_SERVICE_HOST", "fd00::1", 1);
  ::setenv("KUBERNETES_SERVICE_PORT", "443", 1);
  EXPECT_EQ(in_cluster_config(folder_).error().code, ErrorCode::kNotFound);
  write("token", "tok\n");
  write("ca.crt", "CA");
  write("namespace", "storefleet\n");
  const auto config = in_cluster_config(folder_);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->server.host, "fd00::1");
  EXPECT_EQ(config->ns, "storefleet");
  EXPECT_EQ(config->token_file, folder_ / "token");
}

TEST_F(ConfigTest, DiscoversInOrder) {
  const auto path = kubeconfig("token: abc");
  ::setenv("KUBECONFIG", ("/nowhere:" + path).c_str(), 1);
  const auto found = discover_config();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->token, "abc");
  EXPECT_FALSE(discover_config(folder_ / "nowhere"));
}

}  // namespace
}  // namespace storefleet::k8s
