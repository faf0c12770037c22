#include "api/auth.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "domain/testing/accounts.hpp"
#include "http/testing.hpp"

namespace storefleet::api {
namespace {

using namespace std::chrono_literals;

/// A database that may fall silent: it answers when the question is cancelled, or never.
class SilentLogins : public MemoryLogins {
 public:
  Task<Result<Identified>> by_token(std::string digest) override {
    ++asked;
    if (silent) co_await sleep_for(1h);
    co_return co_await MemoryLogins::by_token(std::move(digest));
  }
  bool silent = false;
  int asked = 0;
};

class AuthenticatorTest : public ::testing::Test {
 protected:
  AuthenticatorTest() {
    people_.by_tokens[known_.digest] = person();
    strangers_.by_tokens[known_.digest] = person();
  }
  static Identified person() {
    Identified identified;
    identified.user.name = "ada";
    return identified;
  }
  Result<Principal> look_up(Credential credential) {
    std::optional<Result<Principal>> answer;
    testing::run(context_, look_up_into(authenticator_, std::move(credential), answer));
    return *answer;
  }
  static Task<void> look_up_into(Authenticator& authenticator, Credential credential,
                                 std::optional<Result<Principal>>& answer) {
    auto found = co_await authenticator.look_up(std::move(credential));
    answer.emplace(std::move(found));
  }

  asio::io_context context_;
  SilentLogins people_;
  SilentLogins strangers_;
  Authenticator authenticator_{"", people_, strangers_};
  Credential known_{"digest-of-ada", Via::kToken};
};

TEST_F(AuthenticatorTest, OnlyWhatWasValidOnceAsksWherePeopleAsk) {
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(look_up({"made-up-" + std::to_string(i), Via::kToken})->via, Via::kNobody);
  EXPECT_EQ(people_.asked, 0) << "a flood of made-up tokens is none for people";
  EXPECT_EQ(look_up(known_)->name, "ada");
  EXPECT_EQ(people_.asked, 0);
  authenticator_.forget();
  EXPECT_EQ(look_up(known_)->name, "ada");
  EXPECT_EQ(people_.asked, 1) << "known since the first time, also after a change of rights";
}

TEST_F(AuthenticatorTest, ASilentDatabaseIsNotWaitedForByWhoWasJustKnown) {
  ASSERT_TRUE(look_up(known_));
  people_.silent = true;
  const auto started = std::chrono::steady_clock::now();
  EXPECT_EQ(look_up(known_)->name, "ada") << "confirmed a moment ago";
  EXPECT_LT(std::chrono::steady_clock::now() - started, 2s);
  const int asked = people_.asked;
  EXPECT_EQ(look_up(known_)->name, "ada");
  EXPECT_EQ(people_.asked, asked) << "it is not asked again at once";
}

TEST_F(AuthenticatorTest, SilenceLetsNobodyInWhoIsNotKnownAnyMore) {
  ASSERT_TRUE(look_up(known_));
  people_.silent = true;
  ASSERT_TRUE(look_up(known_));
  authenticator_.forget();
  const auto refused = look_up(known_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::kDatabaseUnreachable);
}

TEST_F(AuthenticatorTest, WhatWasRevokedIsGoneWithTheNextLook) {
  ASSERT_TRUE(look_up(known_));
  people_.by_tokens.clear();
  EXPECT_EQ(look_up(known_)->via, Via::kNobody);
}

}  // namespace
}  // namespace storefleet::api
