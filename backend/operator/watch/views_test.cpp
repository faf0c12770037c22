#include "operator/watch/views.hpp"

#include <gtest/gtest.h>

#include "engines/objects.hpp"

namespace storefleet::store_operator {
namespace {

json::value parse(std::string_view text) {
  return parse_json(text).value();
}

TEST(Views, AQuotaTellsWhatIsUsedUp) {
  const auto view = owned_view(parse(R"({"metadata":{"name":"store","namespace":"store-a"},"status":{
      "hard":{"pods":"1","limits.cpu":"2","count/services":"0","requests.storage":"6Gi","odd":7},
      "used":{"pods":"1","limits.cpu":"1500m","count/services":"0","requests.storage":"6Gi","odd":7}}})"));
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->quota_filled);
  EXPECT_EQ(view->used_up, "pods (1 of 1), requests.storage (6Gi of 6Gi)");
  EXPECT_EQ(owned_view(parse(R"({"metadata":{"name":"web","namespace":"store-a"}})"))->used_up, "");
}

TEST(Views, ADeploymentTellsWhyAPodCannotBeMade) {
  const auto view =
      workload_view(parse(R"({"metadata":{"name":"web","namespace":"store-a"},"status":{"conditions":[
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
  EXPECT_FALSE(owned_view(object));
  EXPECT_FALSE(workload_view(object));
  EXPECT_FALSE(pod_view(object));
  EXPECT_FALSE(volume_claim_view(object));
  EXPECT_FALSE(volume_view(object));
  EXPECT_FALSE(namespace_view(object));
}

TEST(Views, ANamespaceTellsWhoseItIsAndWhatIsInstalled) {
  auto object = store_namespace(engines::namespace_of(engines::store_id_from_uid("uid-a")));
  auto& metadata = object.at("metadata").get_object();
  metadata.erase("deletionTimestamp");
  metadata["uid"] = "ns-1";
  metadata["annotations"].get_object()["storefleet.dev/release"] = "r1";
  const auto view = namespace_view(object);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->uid, "ns-1");
  EXPECT_EQ(view->store, "a");
  EXPECT_EQ(view->store_uid, "uid-a");
  EXPECT_EQ(view->release_hash, "r1");
  EXPECT_FALSE(view->terminating);
}

TEST(Views, AnOwnedObjectTellsItsHashAndWhetherItGoes) {
  const auto view = owned_view(parse(R"({"metadata":{"name":"store","namespace":"store-a","uid":"u",
      "deletionTimestamp":"2026-11-29T00:00:00Z","annotations":{"storefleet.dev/hash":"h1"}}})"));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->name, "store");
  EXPECT_EQ(view->uid, "u");
  EXPECT_EQ(view->hash, "h1");
  EXPECT_TRUE(view->deleting);
  EXPECT_FALSE(view->quota_filled);
}

json::value workload(int replicas, int observed, int updated, int ready) {
  return {{"metadata", {{"name", "database"}, {"namespace", "store-a"}, {"generation", 3}}},
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
      workload_view(parse(R"({"metadata":{"name":"web","namespace":"store-a","generation":1}})"))->ready)
      << "without a status";
}

/// A pod with that status, of the StatefulSet "database".
json::value pod(std::string_view status) {
  auto object = parse(R"({"metadata":{"name":"database-0","namespace":"store-a","uid":"p1",
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
  const auto view = volume_claim_view(parse(R"({"metadata":{"name":"files","namespace":"store-a","uid":"c1"},
      "spec":{"resources":{"requests":{"storage":"2Gi"}}},"status":{"phase":"Bound"}})"));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->uid, "c1");
  EXPECT_EQ(view->size, "2Gi");
  EXPECT_TRUE(view->bound);
  EXPECT_FALSE(view->deleting);
  EXPECT_FALSE(volume_claim_view(
                   parse(R"({"metadata":{"name":"f","namespace":"store-a"},"status":{"phase":"Pending"}})"))
                   ->bound);
}

TEST(Views, AVolumeBelongsToTheNamespaceOfItsClaim) {
  const auto view = volume_view(parse(R"({"metadata":{"name":"pv-1"},
      "spec":{"claimRef":{"namespace":"store-a"},"persistentVolumeReclaimPolicy":"Retain"}})"));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->claim_namespace, "store-a");
  EXPECT_TRUE(view->retained);
  EXPECT_FALSE(volume_view(parse(R"({"metadata":{"name":"pv-2"},"spec":{"claimRef":{"namespace":"store-a"},
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
