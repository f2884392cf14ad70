#include "io/sim_io.h"

#include <algorithm>
#include <cstring>

namespace hikae::test {
namespace {

using base::Error;
using base::File;
using base::LockKind;
using base::OpenMode;
using base::Result;
using base::Status;

constexpr size_t kSector = 512;

std::string Parent(const std::string& path) {
  const size_t slash = path.find_last_of('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

}  // namespace

class SimFile final : public File {
 public:
  SimFile(SimIo& io, std::shared_ptr<SimIo::Node> node, std::string path)
      : io_(io), node_(std::move(node)), path_(std::move(path)) {}
  ~SimFile() override {
    const std::lock_guard lock(io_.mutex_);
    for (auto& [byte, holders] : node_->locks) {
      if (holders.first == this) holders.first = nullptr;
      holders.second.erase(this);
    }
  }

  Result<size_t> ReadSome(uint64_t offset, std::span<uint8_t> into) override {
    const std::lock_guard lock(io_.mutex_);
    const Fault fault = io_.Ask(Op::kRead, path_);
    if (fault != Fault::kNone && fault != Fault::kShort) return SimIo::Failed(path_);
    const auto& bytes = node_->live;
    if (offset >= bytes.size()) return size_t{0};
    size_t count = std::min<uint64_t>(into.size(), bytes.size() - offset);
    if (fault == Fault::kShort) count = std::max<size_t>(count / 2, std::min<size_t>(count, 1));
    std::copy_n(bytes.begin() + static_cast<long>(offset), count, into.begin());
    return count;
  }

  Result<size_t> WriteSome(uint64_t offset, std::span<const uint8_t> bytes) override {
    const std::lock_guard lock(io_.mutex_);
    const Fault fault = io_.Ask(Op::kWrite, path_);
    if (fault == Fault::kFail) return SimIo::Failed(path_);
    if (fault == Fault::kShort) bytes = bytes.first((bytes.size() + 1) / 2);
    if (fault == Fault::kFailHalf) bytes = bytes.first(bytes.size() / 2);
    // Also a write that the power cut: its sectors reach the disk by chance, like those of any other.
    Change({false, offset, {bytes.begin(), bytes.end()}});
    if (fault == Fault::kPowerOff || fault == Fault::kFailHalf) return SimIo::Failed(path_);
    return bytes.size();
  }

  Result<void> Sync() override {
    const std::lock_guard lock(io_.mutex_);
    const Fault fault = io_.Ask(Op::kSync, path_);
    if (fault == Fault::kPowerOff) return SimIo::Failed(path_);
    if (fault != Fault::kNone) {
      // Some of it got there before the failure; the rest is clean now and will not be written again.
      std::mt19937_64 random(io_.count_);
      for (const auto& change : node_->pending)
        SimIo::ApplySectors(node_->disk, change, [&] { return (random() & 1) != 0; });
      node_->pending.clear();
      return SimIo::Failed(path_);
    }
    if (io_.lies_) return {};
    for (const auto& change : node_->pending) SimIo::Apply(node_->disk, change);
    node_->pending.clear();
    return {};
  }

  Result<void> Truncate(uint64_t size) override {
    const std::lock_guard lock(io_.mutex_);
    const Fault fault = io_.Ask(Op::kTruncate, path_);
    if (fault == Fault::kFail) return SimIo::Failed(path_);
    Change({true, size, {}});
    if (fault != Fault::kNone) return SimIo::Failed(path_);
    return {};
  }

  Result<uint64_t> Size() override {
    const std::lock_guard lock(io_.mutex_);
    if (io_.off_) return SimIo::Failed(path_);
    return static_cast<uint64_t>(node_->live.size());
  }

  Result<bool> TryLock(uint64_t byte, LockKind kind) override {
    const std::lock_guard lock(io_.mutex_);
    if (io_.off_) return SimIo::Failed(path_);
    auto& [owner, sharers] = node_->locks[byte];
    const bool others = std::any_of(sharers.begin(), sharers.end(), [&](const void* p) { return p != this; });
    if ((owner != nullptr && owner != this) || (kind == LockKind::kExclusive && others)) return false;
    owner = kind == LockKind::kExclusive ? this : nullptr;
    sharers.erase(this);
    if (kind == LockKind::kShared) sharers.insert(this);
    return true;
  }

  Result<void> Unlock(uint64_t byte) override {
    const std::lock_guard lock(io_.mutex_);
    auto& [owner, sharers] = node_->locks[byte];
    if (owner == this) owner = nullptr;
    sharers.erase(this);
    return {};
  }

 private:
  void Change(SimIo::Change change) {
    SimIo::Apply(node_->live, change);
    node_->pending.push_back(std::move(change));
  }

  SimIo& io_;
  const std::shared_ptr<SimIo::Node> node_;
  const std::string path_;
};

Error SimIo::Failed(const std::string& path) {
  return Error(Status::kIo, {"the simulated disk fails", "模擬ディスクの故障"}, {path, 0, 0});
}

Error SimIo::Missing(const std::string& path) {
  return Error(Status::kNotFound, {"there is no such file", "ファイルがない"}, {path, 0, 0});
}

Fault SimIo::Ask(Op op, const std::string& path) {
  if (off_) return Fault::kFail;
  const Fault fault = plan_ ? plan_(count_, op, path) : Fault::kNone;
  ++count_;
  if (fault == Fault::kPowerOff) off_ = true;
  return fault;
}

void SimIo::Apply(std::vector<uint8_t>& bytes, const Change& change) {
  if (change.truncate) {
    bytes.resize(change.offset);
    return;
  }
  const uint64_t end = change.offset + change.bytes.size();
  if (bytes.size() < end) bytes.resize(end);
  std::copy(change.bytes.begin(), change.bytes.end(), bytes.begin() + static_cast<long>(change.offset));
}

void SimIo::ApplySectors(std::vector<uint8_t>& disk, const Change& change, const std::function<bool()>& lands) {
  if (change.truncate) {
    if (lands()) Apply(disk, change);
    return;
  }
  for (uint64_t at = change.offset; at < change.offset + change.bytes.size();) {
    const uint64_t end = std::min((at / kSector + 1) * kSector, change.offset + change.bytes.size());
    const auto begin = change.bytes.begin() + static_cast<long>(at - change.offset);
    if (lands()) Apply(disk, {false, at, {begin, begin + static_cast<long>(end - at)}});
    at = end;
  }
}

std::unique_ptr<SimIo> SimIo::AfterPowerCut(uint64_t seed) const {
  const std::lock_guard lock(mutex_);
  std::mt19937_64 random(seed);
  const auto lands = [&] { return seed == kAll || (seed != kNothing && (random() & 1) != 0); };
  auto after = std::make_unique<SimIo>();
  // Names first: all that were synced, and then by chance as many of the others as came next.
  size_t landed = 0;
  for (size_t i = 0; i < names_.size(); ++i) {
    if (names_[i].synced) landed = i + 1;
  }
  while (landed < names_.size() && lands()) ++landed;
  Tree tree = disk_;
  for (size_t i = 0; i < landed; ++i) names_[i].apply(tree);
  for (const auto& [path, node] : tree) {
    auto copy = std::make_shared<Node>();
    copy->directory = node->directory;
    copy->disk = node->disk;
    for (const Change& change : node->pending) ApplySectors(copy->disk, change, lands);
    copy->live = copy->disk;
    after->live_[path] = copy;
  }
  after->disk_ = after->live_;
  return after;
}

std::unique_ptr<SimIo> SimIo::AfterRestart() const {
  const std::lock_guard lock(mutex_);
  auto after = std::make_unique<SimIo>();
  std::map<const Node*, std::shared_ptr<Node>> copies;
  const auto copy_of = [&](const std::shared_ptr<Node>& node) {
    auto& copy = copies[node.get()];
    if (!copy) {
      copy = std::make_shared<Node>(*node);
      copy->locks.clear();
    }
    return copy;
  };
  for (const auto& [path, node] : live_) after->live_[path] = copy_of(node);
  // Names not yet synced are taken as synced: this is about caches of bytes.
  after->disk_ = after->live_;
  return after;
}

Result<std::unique_ptr<File>> SimIo::Open(const std::string& path, OpenMode mode) {
  const std::lock_guard lock(mutex_);
  const Fault fault = read_only_ && mode != OpenMode::kRead ? Fault::kFail : Ask(Op::kOpen, path);
  if (fault != Fault::kNone && fault != Fault::kShort) return Failed(path);
  auto found = live_.find(path);
  if (found == live_.end()) {
    if (mode != OpenMode::kCreate || live_.find(Parent(path)) == live_.end()) return Missing(path);
    auto node = std::make_shared<Node>();
    const auto make = [path, node](Tree& tree) { tree[path] = node; };
    make(live_);
    names_.push_back({Parent(path), make});
    found = live_.find(path);
  }
  return std::unique_ptr<File>(std::make_unique<SimFile>(*this, found->second, path));
}

Result<void> SimIo::ChangeName(Op op, const std::string& path, std::function<void(Tree&)> apply) {
  const Fault fault = read_only_ ? Fault::kFail : Ask(op, path);
  if (fault == Fault::kFail) return Failed(path);
  apply(live_);
  names_.push_back({Parent(path), std::move(apply)});
  if (fault != Fault::kNone) return Failed(path);
  return {};
}

Result<void> SimIo::Rename(const std::string& from, const std::string& to) {
  const std::lock_guard lock(mutex_);
  if (live_.find(from) == live_.end()) return Missing(from);
  return ChangeName(Op::kRename, to, [from, to](Tree& tree) {
    Tree moved;
    for (auto it = tree.begin(); it != tree.end();) {
      const bool inside = it->first == from || it->first.starts_with(from + "/");
      if (!inside) {
        ++it;
        continue;
      }
      moved[to + it->first.substr(from.size())] = it->second;
      it = tree.erase(it);
    }
    for (auto& [path, node] : moved) tree[path] = node;
  });
}

Result<void> SimIo::Remove(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (live_.find(path) == live_.end()) return Missing(path);
  return ChangeName(Op::kRemove, path, [path](Tree& tree) { tree.erase(path); });
}

Result<void> SimIo::MakeDirectory(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (live_.find(path) != live_.end()) return {};
  auto node = std::make_shared<Node>();
  node->directory = true;
  return ChangeName(Op::kMakeDirectory, path, [path, node](Tree& tree) { tree[path] = node; });
}

Result<void> SimIo::SyncDirectory(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const Fault fault = Ask(Op::kSyncDirectory, path);
  if (fault != Fault::kNone) return Failed(path);
  for (NameChange& change : names_) {
    if (change.directory == path) change.synced = true;
  }
  return {};
}

Result<std::vector<std::string>> SimIo::List(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (off_) return Failed(path);
  const auto found = live_.find(path);
  if (found == live_.end() || !found->second->directory) return Missing(path);
  std::vector<std::string> names;
  for (const auto& [child, node] : live_) {
    if (Parent(child) == path) names.push_back(child.substr(path.size() + 1));
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<uint8_t>* SimIo::Bytes(const std::string& path) {
  const auto found = live_.find(path);
  return found == live_.end() ? nullptr : &found->second->live;
}

void SimIo::SetBytes(const std::string& path, std::vector<uint8_t> bytes) {
  auto& node = live_[path];
  if (!node) node = std::make_shared<Node>();
  node->live = node->disk = std::move(bytes);
  node->pending.clear();
  disk_[path] = node;
}

}  // namespace hikae::test
