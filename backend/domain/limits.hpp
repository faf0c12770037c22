#pragma once
#include <cstddef>

#include "base/text.hpp"

/// The limits of what the platform reads from and writes to Store resources, events and SQL, in one place. A
/// test holds them against the CRD: a status can never be refused for its size.
namespace storefleet::inline domain {

/// Why a step is not done, what went wrong with it.
using StepMessage = Text<4096>;
/// Evidence of a failure: pod state, event, last log lines.
using FailureMessage = Text<8192>;
using ConditionReason = Text<1024>;
using ConditionMessage = FailureMessage;

using EventWord = Text<128>;     // source and reason
using EventSubject = Text<300>;  // step name, or kind/name
using EventMessage = FailureMessage;

/// What one request of an engine's script showed.
using CheckMessage = Text<1024>;

using StoreTitle = Text<200>;
using AdminEmail = Text<254>;
using StoreNote = Text<500>;

/// `spec.values`: larger ones are not even taken into memory. Engines say what they allow below this.
inline constexpr std::size_t kMostValues = 100;          // members of the object itself
inline constexpr std::size_t kMostValuesDepth = 8;       // levels, its own included
inline constexpr std::size_t kMostValuesBytes = 32'768;  // as text, about

/// `status.releases`, and entries of other lists of a status.
inline constexpr std::size_t kMostReleases = 2;
inline constexpr std::size_t kMostConditions = 32;

inline constexpr std::size_t kMostVersionLength = 64;

}  // namespace storefleet::inline domain
