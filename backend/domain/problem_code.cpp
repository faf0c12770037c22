#include "domain/problem_code.hpp"

#include "base/enum_names.hpp"

namespace storefleet::inline domain {
namespace {

constexpr auto kNames = enum_names<ProblemCode>({
    {ProblemCode::kInvalidJson, "InvalidJson"},
    {ProblemCode::kUnknownField, "UnknownField"},
    {ProblemCode::kInvalidParameter, "InvalidParameter"},
    {ProblemCode::kUnauthenticated, "Unauthenticated"},
    {ProblemCode::kForbidden, "Forbidden"},
    {ProblemCode::kNotFound, "NotFound"},
    {ProblemCode::kMethodNotAllowed, "MethodNotAllowed"},
    {ProblemCode::kNameTaken, "NameTaken"},
    {ProblemCode::kConflict, "Conflict"},
    {ProblemCode::kRequestInFlight, "RequestInFlight"},
    {ProblemCode::kCredentialsNotReady, "CredentialsNotReady"},
    {ProblemCode::kDeletionProtected, "DeletionProtected"},
    {ProblemCode::kStoreAsleep, "StoreAsleep"},
    {ProblemCode::kStoreRetained, "StoreRetained"},
    {ProblemCode::kNothingToRollBackTo, "NothingToRollBackTo"},
    {ProblemCode::kNoPod, "NoPod"},
    {ProblemCode::kContainerNotRunning, "ContainerNotRunning"},
    {ProblemCode::kBodyTooLarge, "BodyTooLarge"},
    {ProblemCode::kUnsupportedMediaType, "UnsupportedMediaType"},
    {ProblemCode::kInvalidName, "InvalidName"},
    {ProblemCode::kHostConflict, "HostConflict"},
    {ProblemCode::kStoreNotServing, "StoreNotServing"},
    {ProblemCode::kUnknownEngine, "UnknownEngine"},
    {ProblemCode::kUnknownPlan, "UnknownPlan"},
    {ProblemCode::kUnknownVersion, "UnknownVersion"},
    {ProblemCode::kVersionTooOld, "VersionTooOld"},
    {ProblemCode::kInvalidValues, "InvalidValues"},
    {ProblemCode::kVolumeSize, "VolumeSize"},
    {ProblemCode::kImmutable, "Immutable"},
    {ProblemCode::kUnknownTeam, "UnknownTeam"},
    {ProblemCode::kTeamQuotaExceeded, "TeamQuotaExceeded"},
    {ProblemCode::kCsrfFailed, "CsrfFailed"},
    {ProblemCode::kAuditUnavailable, "AuditUnavailable"},
    {ProblemCode::kLoginExpired, "LoginExpired"},
    {ProblemCode::kLoginDenied, "LoginDenied"},
    {ProblemCode::kLoginFailed, "LoginFailed"},
    {ProblemCode::kNoAccount, "NoAccount"},
    {ProblemCode::kUserDisabled, "UserDisabled"},
    {ProblemCode::kProviderUnavailable, "ProviderUnavailable"},
    {ProblemCode::kPreconditionFailed, "PreconditionFailed"},
    {ProblemCode::kIdempotencyKeyReused, "IdempotencyKeyReused"},
    {ProblemCode::kTooManyRequests, "TooManyRequests"},
    {ProblemCode::kTooManyStreams, "TooManyStreams"},
    {ProblemCode::kMalformedRequest, "MalformedRequest"},
    {ProblemCode::kOverloaded, "Overloaded"},
    {ProblemCode::kLogUnavailable, "LogUnavailable"},
    {ProblemCode::kInternal, "Internal"},
    {ProblemCode::kClusterUnreachable, "ClusterUnreachable"},
    {ProblemCode::kDatabaseUnreachable, "DatabaseUnreachable"},
    {ProblemCode::kShuttingDown, "ShuttingDown"},
});
constexpr auto kCodes = kNames.values();

}  // namespace

std::string_view to_string(ProblemCode code) {
  return kNames.name_of(code);
}

std::span<const ProblemCode> problem_codes() {
  return kCodes;
}

}  // namespace storefleet::inline domain
