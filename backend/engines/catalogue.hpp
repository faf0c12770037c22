#pragma once
#include <map>
#include <string>
#include <vector>

#include "domain/platform.hpp"
#include "domain/ports/engine_directory.hpp"
#include "domain/store.hpp"
#include "engines/engine.hpp"
#include "engines/parameters.hpp"
#include "engines/volumes.hpp"

namespace storefleet::engines {

/// The engines found under a folder (`<folder>/store-*/engine.yaml`), limited to the enabled ones. Immutable
/// after loading.
class EngineCatalogue : public EngineDirectory {
 public:
  /// Fails where an enabled engine is missing or its file is wrong.
  static Result<EngineCatalogue> load(const std::string& folder, const std::vector<std::string>& enabled,
                                      VolumeGrowth growth);

  explicit EngineCatalogue(std::vector<Engine> engines, VolumeGrowth growth = VolumeGrowth::kForbidden);

  [[nodiscard]] const Engine* find(const std::string& name) const;

  [[nodiscard]] std::vector<EngineSummary> engines() const override;
  [[nodiscard]] Result<void> check(const StoreSpec& spec) const override;
  [[nodiscard]] Result<void> check_change(const StoreSpec& from, const StoreSpec& to) const override;
  [[nodiscard]] std::int64_t storage_bytes(const StoreSpec& spec) const override;
  [[nodiscard]] std::vector<PlanSummary> plans() const override;

 private:
  std::map<std::string, Engine> engines_;
  std::map<std::string, Result<ParameterSchema>> schemas_;
  VolumeGrowth growth_;
};

}  // namespace storefleet::engines
