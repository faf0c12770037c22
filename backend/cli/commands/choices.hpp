#pragma once
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

/// What options and arguments choose from: for their checks, for the help and for completion.
namespace storefleet::cli {

using Choices = std::span<const std::string_view>;

inline constexpr auto kFormats = std::to_array<std::string_view>({"table", "wide", "json", "yaml", "name"});
inline constexpr auto kGoals = std::to_array<std::string_view>({"ready", "sleeping", "deleted"});
inline constexpr auto kEventTypes = std::to_array<std::string_view>({"Normal", "Warning"});
inline constexpr auto kEventSources = std::to_array<std::string_view>({"storefleet", "kubernetes"});
inline constexpr auto kTeamRoles = std::to_array<std::string_view>({"viewer", "member", "owner"});
inline constexpr auto kPlatformRoles = std::to_array<std::string_view>({"user", "admin"});
inline constexpr auto kScopes = std::to_array<std::string_view>({"read", "write", "full"});
inline constexpr auto kShells = std::to_array<std::string_view>({"bash", "zsh", "fish"});
inline constexpr auto kConfigKeys = std::to_array<std::string_view>({"server"});
/// Only proposed: the server knows which there are.
inline constexpr auto kPlans = std::to_array<std::string_view>({"small", "medium", "large"});
inline constexpr auto kPhases =
    std::to_array<std::string_view>({"Pending", "Provisioning", "Ready", "Degraded", "Sleeping", "Updating",
                                     "Retained", "Deleting", "Failed"});

inline constexpr int kMostTokenDays = 366;

std::vector<std::string> to_strings(Choices choices);

/// "ready, sleeping or deleted"
std::string listed(Choices choices);

/// Refuses anything else.
CLI::IsMember one_of(Choices choices);

}  // namespace storefleet::cli
