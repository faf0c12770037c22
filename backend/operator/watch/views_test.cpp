#include "operator/watch/views.hpp"

#include <span>

#include <gtest/gtest.h>

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "engines/objects.hpp"
#include "engines/settled.hpp"

namespace storefleet::store_operator {
namespace {

json::value parse(std::string_view text) {
  return parse_json(text).value();
}

TEST(Views, AQuotaTellsWhatIsUsedUp) {
  const auto view = owned_view("ResourceQuota",
                               parse(R"({"metadata":{"name":"store","namespace":"store-0123456789"},"status":{
      "hard":{"pods":"1","limits.cpu":"2","count/services":"0","requests.storage":"6Gi","odd":7},
      "used":{"pods":"1","limits.cpu":"1500m","count/services":"0","requests.storage":"6Gi","odd":7}}})"));
  EXPECT_TRUE(view.quota_filled);
  EXPECT_EQ(view.used_up, "pods (1 of 1), requests.storage (6Gi of 6Gi)");
  EXPECT_EQ(
      owned_view("ResourceQuota", parse(R"({"metadata":{"name":"web","namespace":"store-0123456789"}})"))
          .used_up,
      "");
}

TEST(Views, ADeploymentTellsWhyAPodCannotBeMade) {
  const auto view = workload_view(
      parse(R"({"metadata":{"name":"web","namespace":"store-0123456789"},"status":{"conditions":[
      {"type":"Progressing","status":"True","message":"m1"},{"type":"ReplicaFailure","status":"True","message":"m2"}]}})"));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->replica_failure, "m2");
}

json::value store_namespace(const std::string& name) {
  auto object = parse(R"({"metadata":{"labels":{"storefleet.dev/store":"a"},
      "annotations":{"storefleet.dev/store-uid":"uid-a"},"deletionTimestamp":"2026-11-29T00:00:00Z"},
      "status":{"conditions":[
      {"type":"NamespaceDeletionDiscoveryFailure","status":"True","message":"metrics.k8s.io"},
      {"type":"NamespaceContentRemaining","status":"False","message":"nothing"}]}})");
  object.at("metadata").get_object()["name"] = name;
  return object;
}

TEST(Views, NobodysLabelMakesAnotherNamespaceAStores) {
  const auto own = engines::namespace_of(engines::store_id_from_uid("uid-a"));
  ASSERT_TRUE(namespace_view(store_namespace(own)));
  for (const auto& name :
       {std::string("abc"), std::string(), std::string("store-"), std::string("store-evil"), own + "x"})
    EXPECT_FALSE(namespace_view(store_namespace(name))) << name;
}

TEST(Views, ATerminatingNamespaceTellsWhatKeepsIt) {
  const auto view =
      namespace_view(store_namespace(engines::namespace_of(engines::store_id_from_uid("uid-a"))));
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->terminating);
  EXPECT_EQ(view->kept_by, "metrics.k8s.io");
}

TEST(Views, WhatIsInNoStoreNamespaceBelongsToNoStore) {
  const auto object = parse(R"({"metadata":{"name":"web-1","namespace":"kube-system"},
      "spec":{"claimRef":{"namespace":"kube-system"}}})");
  EXPECT_FALSE(is_the_platforms(object));
  EXPECT_FALSE(service_view(object));
  EXPECT_FALSE(release_view(object));
  EXPECT_FALSE(secret_view(object));
  EXPECT_FALSE(workload_view(object));
  EXPECT_FALSE(pod_view(object));
  EXPECT_FALSE(volume_claim_view(object));
  EXPECT_FALSE(volume_view(object));
  EXPECT_FALSE(namespace_view(object));
}

TEST(Views, ANamespaceTellsWhatMakesItAStores) {
  auto object = store_namespace(engines::namespace_of(engines::store_id_from_uid("uid-a")));
  auto& metadata = object.at("metadata").get_object();
  metadata.erase("deletionTimestamp");
  metadata["uid"] = "ns-1";
  const auto view = namespace_view(object);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->uid, "ns-1");
  EXPECT_FALSE(view->terminating);
  metadata["labels"].get_object()["somebodys"] = "own";
  EXPECT_EQ(namespace_view(object)->marks, view->marks);
  metadata["labels"].get_object()["pod-security.kubernetes.io/enforce-version"] = "v1.0";
  EXPECT_NE(namespace_view(object)->marks, view->marks);
  metadata.erase("labels");
  metadata.erase("annotations");
  ASSERT_TRUE(namespace_view(object)) << "its name tells";
  EXPECT_NE(namespace_view(object)->marks, view->marks);
}

TEST(Views, AnOwnedObjectTellsWhatIsSetAndWhetherItGoes) {
  auto object = parse(R"({"metadata":{"name":"store","namespace":"store-0123456789","uid":"u",
      "deletionTimestamp":"2026-11-29T00:00:00Z","managedFields":[
      {"manager":"storefleet","fieldsV1":{"f:spec":{"f:hard":{"f:pods":{}, "f:memory":{}}}}}]},
      "spec":{"hard":{"pods":"4","memory":"1Gi"}}})");
  const auto view = owned_view("ResourceQuota", object);
  EXPECT_EQ(view.name, "store");
  EXPECT_EQ(view.uid, "u");
  EXPECT_EQ(view.fingerprint,
            engines::settled_fingerprint(
                "ResourceQuota", json::object{{"spec", {{"hard", {{"memory", "1024Mi"}, {"pods", "4"}}}}}}))
      << "however the quantities are written";
  EXPECT_TRUE(view.deleting);
  EXPECT_FALSE(view.quota_filled);
  object.at("spec").at("hard").get_object()["pods"] = "5";
  EXPECT_NE(owned_view("ResourceQuota", object).fingerprint, view.fingerprint);
}

TEST(Views, AnObjectThatSomebodyAddedIsNotThePlatforms) {
  const auto named = [](std::string_view name, std::string_view label) {
    return json::object{{"metadata",
                         {{"name", name},
                          {"namespace", "store-0123456789"},
                          {"labels", {{"app.kubernetes.io/managed-by", label}}}}}};
  };
  EXPECT_TRUE(is_the_platforms(named("store", "somebody")));
  EXPECT_TRUE(is_the_platforms(named("of-before", "storefleet")));
  EXPECT_FALSE(is_the_platforms(named("acme-solver", "cert-manager")));
}

json::object release_record() {
  const std::string content = "what Helm keeps";
  const auto digest = sha256(content);
  return {{"metadata",
           {{"name", engines::kReleaseRecord},
            {"namespace", "store-0123456789"},
            {"labels",
             {{"owner", "helm"},
              {"name", "store"},
              {"status", "deployed"},
              {engines::kDigestLabel, "00000000000000a1.00000000000000b2"}}},
            {"annotations",
             {{engines::kContentAnnotation, to_hex(std::span(digest).first<8>())},
              {engines::kObjectsAnnotation, R"({"Service/web":"00000000000000ff","Odd/one":7})"}}}}},
          {"data", {{"release", encode_base64(content)}}}};
}

TEST(Views, AReleaseTellsWhatIsDeployedUnlessSomebodyTouchedItsRecord) {
  const auto view = release_view(release_record());
  ASSERT_TRUE(view);
  EXPECT_EQ(view->digest, 0xa1U);
  EXPECT_EQ(view->spec, 0xb2U);
  ASSERT_EQ(view->objects.size(), 2U);
  EXPECT_EQ(view->objects[0], (std::pair<std::string, std::uint64_t>("Service/web", 0xff)));
  for (const auto* label : {"owner", "name", "status"}) {
    auto record = release_record();
    record["metadata"].as_object()["labels"].as_object()[label] = "superseded";
    EXPECT_EQ(release_view(record)->digest, 0U) << label;
  }
  auto record = release_record();
  record["data"].as_object()["release"] = encode_base64("something else");
  EXPECT_EQ(release_view(record)->digest, 0U);
  record["data"].as_object()["release"] = "%";
  EXPECT_EQ(release_view(record)->digest, 0U);
  record = release_record();
  record["metadata"].as_object()["labels"].as_object()[engines::kDigestLabel] = "00000000000000a1";
  EXPECT_EQ(release_view(record)->digest, 0xa1U) << "as an older platform wrote it";
  EXPECT_EQ(release_view(record)->spec, 0U);
}

json::value workload(int replicas, int observed, int updated, int ready) {
  return {{"metadata", {{"name", "database"}, {"namespace", "store-0123456789"}, {"generation", 3}}},
          {"spec", {{"replicas", replicas}}},
          {"status",
           {{"observedGeneration", observed},
            {"updatedReplicas", updated},
            {"readyReplicas", ready},
            {"updateRevision", "r2"}}}};
}

TEST(Views, AWorkloadIsReadyWhenItsNewestGenerationRunsWithAllItsReplicas) {
  EXPECT_TRUE(workload_view(workload(2, 3, 2, 2))->ready);
  EXPECT_TRUE(workload_view(workload(0, 3, 0, 0))->ready) << "it sleeps";
  EXPECT_FALSE(workload_view(workload(2, 2, 2, 2))->ready)
      << "the controller has not seen the new generation";
  EXPECT_FALSE(workload_view(workload(2, 3, 1, 2))->ready) << "one is of the old revision";
  EXPECT_FALSE(workload_view(workload(2, 3, 2, 1))->ready) << "one is not ready";
  EXPECT_EQ(workload_view(workload(1, 3, 1, 1))->update_revision, "r2");
  EXPECT_FALSE(
      workload_view(parse(R"({"metadata":{"name":"web","namespace":"store-0123456789","generation":1}})"))
          ->ready)
      << "without a status";
}

/// A pod with that status, of the StatefulSet "database".
json::value pod(std::string_view status) {
  auto object = parse(R"({"metadata":{"name":"database-0","namespace":"store-0123456789","uid":"p1",
      "labels":{"app.kubernetes.io/component":"database","controller-revision-hash":"r1"},
      "ownerReferences":[{"kind":"StatefulSet","name":"database"}]}})");
  object.get_object()["status"] = parse(status);
  return object;
}

TEST(Views, APodThatServesTellsWhereItIsAndWhatItWasMadeFrom) {
  const auto view = pod_view(pod(R"({"phase":"Running","podIP":"10.0.0.9",
      "conditions":[{"type":"PodScheduled","status":"True","message":"m"},{"type":"Ready","status":"True"}],
      "containerStatuses":[{"name":"a","state":{"running":{}}},{"name":"b","state":{"running":{}}}]})"));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->name, "database-0");
  EXPECT_EQ(view->uid, "p1");
  EXPECT_EQ(view->component, "database");
  EXPECT_EQ(view->stateful_set, "database");
  EXPECT_EQ(view->revision, "r1");
  EXPECT_EQ(view->ip, "10.0.0.9");
  EXPECT_TRUE(view->running);
  EXPECT_TRUE(view->ready);
  EXPECT_FALSE(view->ended);
  EXPECT_EQ(view->unschedulable, "");
  EXPECT_EQ(view->crashed_container, "");
}

TEST(Views, APodRunsOnlyWithAllItsContainers) {
  EXPECT_FALSE(pod_view(pod(R"({"phase":"Pending"})"))->running) << "there are none yet";
  EXPECT_FALSE(pod_view(pod(R"({"phase":"Running","containerStatuses":[
      {"name":"a","state":{"running":{}}},{"name":"b","state":{"terminated":{}}}]})"))
                   ->running);
  EXPECT_TRUE(pod_view(pod(R"({"phase":"Failed"})"))->ended);
  EXPECT_TRUE(pod_view(pod(R"({"phase":"Succeeded"})"))->ended);
}

TEST(Views, APodTellsWhyItIsNotScheduled) {
  const auto view = pod_view(pod(
      R"({"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","message":"0/1 nodes"}]})"));
  EXPECT_EQ(view->unschedulable, "0/1 nodes");
}

TEST(Views, APodTellsOfTheFirstContainerThatWaitsAndOfTheOneThatCrashesMost) {
  const auto view = pod_view(pod(R"({"phase":"Pending",
      "initContainerStatuses":[{"name":"setup","restartCount":1,
        "state":{"waiting":{"reason":"ImagePullBackOff","message":"no such image"}},
        "lastState":{"terminated":{"exitCode":1,"reason":"Error"}}}],
      "containerStatuses":[
        {"name":"web","restartCount":4,"state":{"waiting":{"reason":"CrashLoopBackOff","message":"back-off"}},
         "lastState":{"terminated":{"exitCode":137,"reason":"OOMKilled"}}},
        {"name":"php","restartCount":2,"state":{"running":{}}}]})"));
  EXPECT_EQ(view->waiting_container, "setup");
  EXPECT_EQ(view->waiting_reason, "ImagePullBackOff");
  EXPECT_EQ(view->waiting_message, "no such image");
  EXPECT_EQ(view->restarts, 4);
  EXPECT_EQ(view->crashed_container, "web");
  EXPECT_EQ(view->last_exit, "exit code 137 (OOMKilled)");
}

TEST(Views, OfAnExitThatTheKubeletDoesNotTellThatIsSaid) {
  const auto view = pod_view(pod(R"({"containerStatuses":[{"name":"web","restartCount":1}]})"));
  EXPECT_EQ(view->last_exit, "exit code -1 (unknown)");
}

TEST(Views, AVolumeClaimTellsItsSizeAndWhetherItHasAVolume) {
  const auto view =
      volume_claim_view(parse(R"({"metadata":{"name":"files","namespace":"store-0123456789","uid":"c1"},
      "spec":{"resources":{"requests":{"storage":"2Gi"}}},"status":{"phase":"Bound"}})"));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->uid, "c1");
  EXPECT_EQ(view->size, "2Gi");
  EXPECT_TRUE(view->bound);
  EXPECT_FALSE(view->deleting);
  EXPECT_FALSE(
      volume_claim_view(
          parse(R"({"metadata":{"name":"f","namespace":"store-0123456789"},"status":{"phase":"Pending"}})"))
          ->bound);
}

TEST(Views, AVolumeBelongsToTheNamespaceOfItsClaim) {
  const auto view = volume_view(parse(R"({"metadata":{"name":"pv-1"},
      "spec":{"claimRef":{"namespace":"store-0123456789"},"persistentVolumeReclaimPolicy":"Retain"}})"));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->claim_namespace, "store-0123456789");
  EXPECT_TRUE(view->retained);
  EXPECT_FALSE(
      volume_view(parse(R"({"metadata":{"name":"pv-2"},"spec":{"claimRef":{"namespace":"store-0123456789"},
      "persistentVolumeReclaimPolicy":"Delete"}})"))
          ->retained);
}

TEST(Views, AHostClaimTellsWhoseItIsAndSinceWhen) {
  const auto view = host_claim_view(parse(R"({"metadata":{"name":"demo.test","uid":"h1",
      "creationTimestamp":"2026-11-24T11:15:00Z"},"spec":{"storeUid":"uid-1","storeName":"demo"}})"));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->uid, "h1");
  EXPECT_EQ(view->store_uid, "uid-1");
  EXPECT_EQ(view->store_name, "demo");
  EXPECT_EQ(view->created_at, "2026-11-24T11:15:00Z");
}

}  // namespace
}  // namespace storefleet::store_operator
