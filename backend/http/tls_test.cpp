#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "http/client.hpp"
#include "http/testing.hpp"

namespace storefleet::http {
namespace {

using asio::ip::tcp;
using std::chrono::milliseconds;

struct KeyPair {
  std::string certificate;
  std::string key;
};

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const auto length = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(length)};
}

/// A self-signed certificate, which is its own CA.
KeyPair self_signed(const std::string& alternative_name) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1,
                             0);
  X509_set_issuer_name(certificate.get(), name);
  X509_EXTENSION* extension =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative_name.c_str());
  X509_add_ext(certificate.get(), extension, -1);
  X509_EXTENSION_free(extension);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  const std::unique_ptr<BIO, decltype(&BIO_free)> certificate_text(BIO_new(BIO_s_mem()), BIO_free);
  const std::unique_ptr<BIO, decltype(&BIO_free)> key_text(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_X509(certificate_text.get(), certificate.get());
  PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {text_of(certificate_text.get()), text_of(key_text.get())};
}

/// Answers one request a connection and then closes without a TLS farewell. Counts the handshakes.
Task<void> serve_tls(tcp::acceptor& acceptor, asio::ssl::context& context, int& handshakes) {
  constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
  while (true) {
    auto [error, socket] = co_await acceptor.async_accept(kTuple);
    if (error) co_return;
    asio::ssl::stream<tcp::socket> stream(std::move(socket), context);
    const auto [failed] = co_await stream.async_handshake(asio::ssl::stream_base::server, kTuple);
    if (failed) continue;
    ++handshakes;
    std::string text(4096, '\0');
    [[maybe_unused]] const auto read = co_await stream.async_read_some(asio::buffer(text), kTuple);
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    [[maybe_unused]] const auto written = co_await asio::async_write(stream, asio::buffer(answer), kTuple);
  }
}

Task<void> send_into(Client& client, std::optional<Result<Response>>& result) {
  Request request;
  auto got = co_await client.send(std::move(request), milliseconds(2000));
  result.emplace(std::move(got));
}

class TlsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    server_tls_.use_certificate_chain(asio::buffer(server_.certificate));
    server_tls_.use_private_key(asio::buffer(server_.key), asio::ssl::context::pem);
    scope_.spawn("tls server", serve_tls(acceptor_, server_tls_, handshakes_));
  }
  void TearDown() override {
    scope_.cancel();
    testing::run(context_, scope_.join());
  }

  Result<Response> send(TlsOptions tls) {
    ClientOptions options;
    options.host = "127.0.0.1";
    options.port = acceptor_.local_endpoint().port();
    options.tls = std::move(tls);
    const auto client = Client::create(context_.get_executor(), options);
    if (!client) return std::unexpected(client.error());
    std::optional<Result<Response>> result;
    testing::run(context_, send_into(**client, result));
    return *result;
  }

  const KeyPair server_ = self_signed("DNS:shop.example,IP:127.0.0.1");
  const KeyPair client_ = self_signed("DNS:client.example");
  asio::io_context context_{1};
  asio::ssl::context server_tls_{asio::ssl::context::tls_server};
  tcp::acceptor acceptor_{context_, {asio::ip::address_v4::loopback(), 0}};
  int handshakes_ = 0;
  TaskScope scope_{context_.get_executor()};
};

TEST_F(TlsTest, TrustsItsAuthorityAndChecksTheName) {
  const auto by_address = send({.ca_pem = server_.certificate});
  EXPECT_TRUE(by_address) << by_address.error().message;
  EXPECT_TRUE(send({.ca_pem = server_.certificate, .server_name = "shop.example"}));
  EXPECT_EQ(send({.ca_pem = server_.certificate, .server_name = "other.example"}).error().code,
            ErrorCode::kUnavailable);
}

TEST_F(TlsTest, RefusesAnUnknownAuthorityUnlessTold) {
  EXPECT_EQ(send({.ca_pem = client_.certificate}).error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(send({}));  // the operating system's roots
  EXPECT_TRUE(send({.verification = TlsVerification::kNone}));
}

TEST_F(TlsTest, ShowsItsClientCertificate) {
  server_tls_.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
  server_tls_.add_certificate_authority(asio::buffer(client_.certificate));
  const auto shown =
      send({.ca_pem = server_.certificate, .certificate_pem = client_.certificate, .key_pem = client_.key});
  EXPECT_TRUE(shown) << shown.error().message;
  EXPECT_FALSE(send({.ca_pem = server_.certificate}));
}

TEST_F(TlsTest, RefusesOldProtocols) {
  SSL_CTX_set_min_proto_version(server_tls_.native_handle(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(server_tls_.native_handle(), TLS1_1_VERSION);
  SSL_CTX_set_security_level(server_tls_.native_handle(), 0);
  EXPECT_FALSE(send({.ca_pem = server_.certificate}));
  EXPECT_EQ(handshakes_, 0);
}

TEST_F(TlsTest, UnreadableCertificatesAreTheCallersFault) {
  EXPECT_EQ(send({.ca_pem = "nonsense"}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(send({.certificate_pem = client_.certificate, .key_pem = server_.key}).error().code,
            ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace storefleet::http
