// A request as it is evaluated: what is looked up once for all policies.
#ifndef HIKAE_CEDAR_ENGINE_FRAME_H_
#define HIKAE_CEDAR_ENGINE_FRAME_H_

#include <array>
#include <cstdint>
#include <optional>

#include "cedar/entities/store.h"
#include "cedar/syntax/ast.h"

namespace hikae::cedar {

// The hashes that finding a request's entities begins with.
struct RequestHashes {
  explicit RequestHashes(const Request& request);
  std::array<uint64_t, 3> types;  // of principal, action and resource
  std::array<uint64_t, 3> uids;
};

// The four variables, as cells that stay valid while the request and the frame live.
class Frame {
 public:
  Frame(const Request& request, const Entities::Rep& store);
  Frame(const Request& request, const Entities::Rep& store, const RequestHashes& hashes);
  Frame(const Frame&) = delete;  // cells point into it
  Frame& operator=(const Frame&) = delete;

  const Cell& operator[](Variable v) const { return cells_[At(v)]; }
  // Of an entity, without reading what its cell points to.
  const EntityUid& uid(Variable v) const { return *uids_[At(v)]; }
  uint64_t hash(Variable v) const { return hashes_.uids[At(v)]; }
  uint64_t type_hash(Variable v) const { return hashes_.types[At(v)]; }
  // The node in the store, where there is one.
  const Node* node(Variable v) const { return nodes_[At(v)]; }

 private:
  static constexpr size_t At(Variable v) { return static_cast<size_t>(v); }

  std::array<Cell, 4> cells_;
  std::array<const EntityUid*, 3> uids_;
  RequestHashes hashes_;
  std::array<const Node*, 3> nodes_{};
  std::array<std::optional<BorrowedEntityRep>, 3> unknown_;  // entities that the store does not know
};

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_ENGINE_FRAME_H_
