// Decisions by the newest of a row of versions.
#ifndef HIKAE_CEDAR_ENGINE_AUTHORIZER_H_
#define HIKAE_CEDAR_ENGINE_AUTHORIZER_H_

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cedar/engine/policy_set.h"

namespace hikae::cedar {

// Holds policies, schema and entities as one version, which may be swapped for another while threads decide. Every
// decision sees exactly one version, whole; a decision that begins after a swap returned sees that version or a later
// one. All members may be called from any thread; no lock is held while deciding, and an old version lives as long as
// somebody decides by it.
class Authorizer {
 public:
  struct Version {
    uint64_t number = 0;  // 1, 2, 3 … in the order of the swaps
    PolicySet policies;
    std::optional<Schema> schema;
    std::shared_ptr<const Entities> entities;
  };
  struct Options {
    bool strict = false;          // as in DecideOptions; versions that could not be decided by are refused on swapping
    bool check_requests = false;  // with a schema: a request that does not conform is an error and not decided
  };

  // Errors (kRules), here and of the swaps, which then leave the current version in place: in strict mode, no schema,
  // or policies or entities that were not checked against this very schema.
  static base::Result<std::unique_ptr<Authorizer>> Create(PolicySet policies, std::optional<Schema> schema,
                                                          std::shared_ptr<const Entities> entities, Options options);
  Authorizer(const Authorizer&) = delete;
  Authorizer& operator=(const Authorizer&) = delete;

  // The number of the new version.
  base::Result<uint64_t> Swap(PolicySet policies, std::optional<Schema> schema,
                              std::shared_ptr<const Entities> entities);
  base::Result<uint64_t> SwapPolicies(PolicySet policies);
  base::Result<uint64_t> SwapEntities(std::shared_ptr<const Entities> entities);

  // Never nullptr. Who decides often by one version keeps it, and calls Decide of policy_set.h.
  std::shared_ptr<const Version> Current() const;

  // The version that decided: the indexes of an Answer are those of its policies.
  base::Result<std::shared_ptr<const Version>> Decide(const Request& request, Answer& out) const;
  base::Result<std::shared_ptr<const Version>> DecideMany(std::span<const Request> requests,
                                                          std::vector<Answer>& out) const;
  base::Result<std::shared_ptr<const Version>> DecideMany(std::span<const Request* const> requests,
                                                          std::span<Answer> out) const;
  base::Result<Response> Authorize(const Request& request) const;
  const Options& options() const { return options_; }

 private:
  // Threads that read at once would wait for one counter and one lock: each has a slot, a few threads share one.
  struct alignas(64) Slot {
    mutable std::mutex mutex;  // held while the pointer is copied
    std::shared_ptr<const Version> version;
  };

  explicit Authorizer(Options options) : options_(options) {}
  base::Result<void> Check(const Version& version) const;
  base::Result<void> CheckRequest(const Version& version, const Request& request) const;
  base::Result<uint64_t> Install(Version version);  // under swapping_

  const Options options_;
  mutable std::mutex swapping_;  // one swap at a time
  uint64_t last_ = 0;            // number of the current version; under swapping_
  std::array<Slot, 16> slots_;
};

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_ENGINE_AUTHORIZER_H_
