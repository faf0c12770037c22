#include "storage/identities.hpp"

#include <gtest/gtest.h>

#include "storage/directory.hpp"
#include "storage/logins.hpp"
#include "storage/migrate.hpp"
#include "storage/postgres_fixture.hpp"

namespace storefleet::storage {
namespace {

using namespace std::chrono_literals;

const ExternalIdentity kAnn{"https://login.example.com", "248289761001"};

class IdentitiesTest : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (IsSkipped()) return;
    pool_.emplace(options());
    ASSERT_TRUE(run_to_end(migrate(*pool_)));
    identities_.emplace(*pool_);
    directory_.emplace(*pool_);
    logins_.emplace(*pool_);
  }

  static TimePoint in(std::chrono::seconds time) { return std::chrono::system_clock::now() + time; }

  std::optional<Pool> pool_;
  std::optional<PostgresIdentities> identities_;
  std::optional<PostgresDirectory> directory_;
  std::optional<PostgresLogins> logins_;
};

TEST_F(IdentitiesTest, ANewcomerGetsAUserOfHisOwn) {
  EXPECT_EQ(run_to_end(identities_->user_of(kAnn)).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(run_to_end(directory_->create_user({.name = "ann", .email = "ann@example.com"}, "hash")));
  const auto made = run_to_end(
      identities_->create_user(kAnn, {.name = "ann", .email = "ann@example.com", .team = "default"}));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->name, "ann-2") << "the user of that name, and of that e-mail address, is somebody else";
  EXPECT_EQ(run_to_end(identities_->user_of(kAnn))->id, made->id);
  const auto members = run_to_end(directory_->members("default"));
  ASSERT_EQ(members->size(), 1U);
  EXPECT_EQ(members->front().user_name, "ann-2");
  EXPECT_EQ(members->front().role, TeamRole::kMember);
  EXPECT_EQ(run_to_end(logins_->login_of("ann-2")).error().code, ErrorCode::kNotFound) << "has no password";

  EXPECT_EQ(run_to_end(identities_->create_user(kAnn, {.name = "other"}))->id, made->id);
  const ExternalIdentity namesake{"https://other.example.com", kAnn.subject};
  EXPECT_EQ(run_to_end(identities_->create_user(namesake, {.name = "ann"}))->name, "ann-3");
  EXPECT_EQ(run_to_end(directory_->users())->size(), 3U);
}

TEST_F(IdentitiesTest, ATeamThatIsNotThereHindersNobody) {
  ASSERT_TRUE(run_to_end(identities_->create_user(kAnn, {.name = "ann", .team = "gone"})));
  EXPECT_TRUE(run_to_end(directory_->members("default"))->empty());
}

TEST_F(IdentitiesTest, AnAdminLinksAndUnlinks) {
  ASSERT_TRUE(run_to_end(directory_->create_user({.name = "ann"}, "hash")));
  ASSERT_TRUE(run_to_end(directory_->create_user({.name = "bob"}, "hash")));
  EXPECT_EQ(run_to_end(identities_->link(kAnn, "nobody")).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(run_to_end(identities_->link({kAnn.issuer, "old"}, "ann")));
  ASSERT_TRUE(run_to_end(identities_->link(kAnn, "ann")));
  ASSERT_TRUE(run_to_end(identities_->link(kAnn, "ann")));
  EXPECT_EQ(run_to_end(identities_->user_of(kAnn))->name, "ann");
  EXPECT_FALSE(run_to_end(identities_->user_of({kAnn.issuer, "old"})));
  EXPECT_EQ(run_to_end(identities_->link(kAnn, "bob")).error().code, ErrorCode::kAlreadyExists);

  const auto ann = *run_to_end(directory_->user("ann"));
  ASSERT_TRUE(run_to_end(logins_->create_session("digest", ann.id, in(1h))));
  ASSERT_TRUE(run_to_end(identities_->unlink(kAnn.issuer, "ann")));
  EXPECT_FALSE(run_to_end(identities_->user_of(kAnn)));
  EXPECT_FALSE(run_to_end(logins_->by_session("digest")));
  EXPECT_EQ(run_to_end(identities_->unlink(kAnn.issuer, "ann")).error().code, ErrorCode::kNotFound);
}

TEST_F(IdentitiesTest, ADeletedUsersIdentityIsFree) {
  ASSERT_TRUE(run_to_end(logins_->ensure_admin("admin", "hash")));
  ASSERT_TRUE(run_to_end(identities_->create_user(kAnn, {.name = "ann"})));
  ASSERT_TRUE(run_to_end(directory_->delete_user("ann")));
  EXPECT_EQ(run_to_end(identities_->user_of(kAnn)).error().code, ErrorCode::kNotFound);
}

TEST_F(IdentitiesTest, TheLastAdminStaysOne) {
  const auto ann = *run_to_end(identities_->create_user(kAnn, {.name = "ann", .role = PlatformRole::kAdmin}));
  EXPECT_EQ(run_to_end(identities_->set_role(ann.id, PlatformRole::kUser))->role, PlatformRole::kAdmin);
  ASSERT_TRUE(run_to_end(directory_->create_user({.name = "bob", .role = PlatformRole::kAdmin}, "hash")));
  EXPECT_EQ(run_to_end(identities_->set_role(ann.id, PlatformRole::kUser))->role, PlatformRole::kUser);
  EXPECT_EQ(run_to_end(identities_->set_role(ann.id, PlatformRole::kAdmin))->role, PlatformRole::kAdmin);
}

TEST_F(IdentitiesTest, ALoginCountsOnce) {
  EXPECT_EQ(run_to_end(identities_->use_once("one", in(600s))), true);
  EXPECT_EQ(run_to_end(identities_->use_once("one", in(600s))), false);
  EXPECT_EQ(run_to_end(identities_->use_once("two", in(-1s))), true);
  EXPECT_EQ(run_to_end(identities_->use_once("two", in(600s))), true) << "expired ones are forgotten";
}

}  // namespace
}  // namespace storefleet::storage
