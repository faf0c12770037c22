#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "domain/step.hpp"

namespace storefleet::engines {

/// A workload of the engine's chart that a step waits for.
struct EngineWorkload {
  std::string kind;  // Deployment or StatefulSet
  std::string name;
  StepName step = StepName::kApplication;
};

/// Takes a value out of an answer for later steps: a header, a JSON pointer (RFC 6901) or the whole body.
struct ProbeCapture {
  std::string name;
  std::string header;
  std::string pointer;
  bool whole_body = false;
};

/// One request of a script. "{name}" in path, headers and body stands for a variable.
struct ProbeStep {
  std::string name;
  std::string method = "GET";
  std::string path = "/";
  std::map<std::string, std::string> headers;
  std::optional<json::value> body;
  bool needs_sample_data = false;  // left out in stores without
  bool always = false;             // clean-up: also runs after a failed step
  unsigned expect_status = 200;
  std::string expect_body;  // substring; empty: anything
  std::vector<ProbeCapture> captures;
};

/// What a plan means for this engine.
struct EnginePlan {
  json::object quota;        // ResourceQuota spec.hard
  json::object limit_range;  // LimitRange spec.limits[0]
  json::object storage;
  json::object resources;
  json::object parameters;  // chart parameters sized to fit
};

struct EngineVersion {
  std::string version;
  std::string image;  // key into PlatformSettings::images
};

/// What an engine's login form takes as the administrator's name.
enum class AdminLogin { kUser, kEmail };

/// The full order test of an engine.
struct EngineCheck {
  std::vector<ProbeStep> steps;
  std::vector<std::string> leaves;  // what it cannot take back, with placeholders
};

/// An engine.yaml: how the platform installs, checks, logs in to and sizes one kind of store.
struct Engine {
  std::string name;
  std::string display_name;
  std::string description;
  std::string chart;
  std::string chart_hash;               // of the chart's files, so that a new chart reaches existing stores
  std::vector<EngineVersion> versions;  // newest first, never empty
  json::object parameters;              // JSON Schema of spec.values
  std::map<std::string, std::int64_t> secrets;  // key of Secret store-secrets → length
  std::string admin_user;
  AdminLogin admin_login = AdminLogin::kUser;
  std::string admin_path;
  std::string login_path;  // takes a one-click login token; empty: the engine has none
  std::string service;     // Service that the Ingress points at
  std::int64_t service_port = 80;
  std::int64_t web_port = 8080;    // of the web pods
  std::int64_t agent_port = 8081;  // in-pod endpoint, for the controller alone
  std::int64_t database_port = 0;  // 0: the engine has no database of its own
  std::string site_path;           // of the in-pod endpoint
  std::vector<EngineWorkload> workloads;
  std::vector<ProbeStep> probe;  // must pass before the first Ready
  EngineCheck check;
  std::map<std::string, EnginePlan> plans;
};

/// Reads an engine.yaml; the error names the field that is missing or wrong.
Result<Engine> parse_engine(const json::value& document);

}  // namespace storefleet::engines
