#include "engines/store_secrets.hpp"

#include <gtest/gtest.h>

#include "base/fingerprint.hpp"

namespace storefleet::engines {
namespace {

Engine tiny() {
  Engine engine;
  engine.secrets = {{"databasePassword", 32}};
  engine.admin_user = "merchant";
  return engine;
}

TEST(StoreSecrets, AreRandomAndSayWhatTheyAre) {
  const Identity who{.id = "0123456789", .store_namespace = "store-0123456789"};
  const auto first = fresh_secrets(tiny());
  EXPECT_EQ(first.at("databasePassword").size(), 32U);
  EXPECT_NE(first, fresh_secrets(tiny()));
  const json::value object(secrets_object(who, first));
  EXPECT_EQ(texts_of(object), first);
  EXPECT_EQ(string_or(object, {"metadata", "annotations", kHashAnnotation}),
            fingerprint_text(content_of(first)));
  EXPECT_FALSE(json::serialize(object).contains(first.at("databasePassword"))) << "in base64 alone";
}

TEST(StoreSecrets, TheCopyHasBothApart) {
  const Identity who{.id = "0123456789", .store_namespace = "store-0123456789"};
  const SecretValues values{.secrets = {{"password", "a"}}, .admin = {{"password", "b"}, {"loginKey", "c"}}};
  const json::value copy(kept_secret_object(who, values));
  EXPECT_EQ(kept_values(copy).secrets, values.secrets);
  EXPECT_EQ(kept_values(copy).admin, values.admin);
}

TEST(StoreSecrets, WhatSomebodyBrokeIsLeftOut) {
  EXPECT_EQ(texts_of(json::object{{"data", {{"a", "%"}, {"b", 7}, {"c", "eA=="}}}}),
            (SecretTexts{{"c", "x"}}));
  EXPECT_EQ(texts_of(json::object{}), SecretTexts());
}

}  // namespace
}  // namespace storefleet::engines
