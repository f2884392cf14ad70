#include "cedar/engine/frame.h"

namespace hikae::cedar {

RequestHashes::RequestHashes(const Request& request) {
  // The context is needed last; its first lines may come meanwhile.
  const auto* context = reinterpret_cast<const char*>(&ValueAccess::Of(request.context));
  __builtin_prefetch(context);
  __builtin_prefetch(context + 64);
  const std::array<const EntityUid*, 3> entities = {&request.principal, &request.action, &request.resource};
  for (size_t i = 0; i < entities.size(); ++i) {
    types[i] = HashText(entities[i]->type);
    uids[i] = MixHash(types[i], HashText(entities[i]->id));
  }
}

Frame::Frame(const Request& request, const Entities::Rep& store) : Frame(request, store, RequestHashes(request)) {}

Frame::Frame(const Request& request, const Entities::Rep& store, const RequestHashes& hashes)
    : uids_{&request.principal, &request.action, &request.resource}, hashes_(hashes) {
  // The three searches miss the cache one after the other unless they are started together.
  for (uint64_t hash : hashes_.uids) store.Prefetch(hash);
  std::array<uint32_t, 3> guesses;
  for (size_t i = 0; i < guesses.size(); ++i) guesses[i] = store.PrefetchNode(hashes_.uids[i]);
  for (size_t i = 0; i < uids_.size(); ++i) {
    nodes_[i] = store.Find(hashes_.uids[i], *uids_[i], guesses[i]);
    if (nodes_[i] != nullptr) {
      cells_[i] = nodes_[i]->ToCell();
    } else {
      cells_[i] = Cell(&unknown_[i].emplace(*uids_[i], hashes_.types[i], hashes_.uids[i]));
    }
  }
  cells_[3] = Cell(request.context);
}

}  // namespace hikae::cedar
