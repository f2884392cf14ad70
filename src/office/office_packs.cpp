#include "office/office_packs.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace hikae::office {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::Result;
using base::Status;

constexpr int kMostTries = 10;

Error Changed(const std::string& path) {
  return Error(Status::kBusy, {"the packs of the office were changed meanwhile", "その間に台帳の規程集が変更された"},
               {path, 0, 0}, {"do it again", "もう一度行う"});
}

}  // namespace

std::vector<std::string> PackSet::Ids() const {
  std::vector<std::string> ids;
  for (const PackPtr& pack : packs) ids.push_back(pack->id);
  return ids;
}

std::vector<std::string> PackSet::KnownIds() const {
  std::vector<std::string> ids = Ids();
  for (const PackPtr& pack : packs) {
    for (const audit::LowerPack& lower : pack->below) {
      if (std::find(ids.begin(), ids.end(), lower.id) == ids.end()) ids.push_back(lower.id);
    }
  }
  return ids;
}

bool PackSet::Has(std::string_view id) const {
  return std::any_of(packs.begin(), packs.end(), [id](const PackPtr& pack) { return pack->id == id; });
}

bool IsBuiltIn(const std::string& id) {
  const std::vector<std::string> ids = audit::EmbeddedPacks();
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

Result<PackPtr> LoadByName(const std::string& id_or_folder) {
  static std::mutex mutex;
  static std::map<std::string, PackPtr> built_in;
  const bool embedded = IsBuiltIn(id_or_folder);
  if (embedded) {
    const std::lock_guard lock(mutex);
    const auto known = built_in.find(id_or_folder);
    if (known != built_in.end()) return known->second;
  }
  HIKAE_TRY(const audit::PackFiles files, audit::FindPack(id_or_folder));
  HIKAE_TRY(PackPtr pack, audit::LoadPack(files));
  if (!embedded) return pack;
  const std::lock_guard lock(mutex);  // not while it is read: who forks meanwhile would leave it locked for the child
  return built_in.emplace(id_or_folder, std::move(pack)).first->second;
}

Result<PackSetPtr> MakeSet(std::vector<PackPtr> packs) {
  HIKAE_CHECK(audit::CheckTogether(packs));
  HIKAE_TRY(cedar::Schema vocabulary, audit::VocabularyOf(packs));
  return std::make_shared<const PackSet>(PackSet{std::move(packs), std::move(vocabulary)});
}

std::string OfficePacks::Locate(const std::string& id) const {
  std::error_code code;
  const fs::path copy = directory_.packs() / id;
  return fs::is_directory(copy, code) ? copy.string() : id;
}

OfficePacks::Stamp OfficePacks::StampNow() const {
  struct stat found {};
  if (::stat(directory_.marker().c_str(), &found) != 0) return {};
  return {found.st_dev, found.st_ino, found.st_mtim.tv_sec, found.st_mtim.tv_nsec, found.st_size};
}

Result<std::vector<PackPtr>> OfficePacks::Load(const std::vector<std::string>& ids) const {
  std::vector<PackPtr> packs;
  for (const std::string& id : ids) {
    HIKAE_TRY(packs.emplace_back(), LoadByName(Locate(id)));
  }
  return packs;
}

Result<Marker> OfficePacks::ReadMarker() {
  const std::lock_guard lock(mutex_);
  stamp_ = StampNow();  // before it is read: one that comes in between is read again
  return directory_.ReadMarker();
}

Result<PackSetPtr> OfficePacks::Open(const std::vector<std::string>& ids) {
  const std::lock_guard lock(mutex_);
  HIKAE_TRY(std::vector<PackPtr> packs, Load(ids));
  HIKAE_TRY(set_, MakeSet(std::move(packs)));
  return set_;
}

Result<PackSetPtr> OfficePacks::Current() {
  const std::lock_guard lock(mutex_);
  for (int tries = 1;; ++tries) {
    const Stamp stamp = StampNow();
    if (stamp == stamp_ || stamp == Stamp()) return set_;
    Result<PackSetPtr> set = Reread(stamp);
    // A copy that is gone may be of a pack that was removed after its marker was read.
    if (set.ok() || StampNow() == stamp || tries == kMostTries) return set;
  }
}

Result<PackSetPtr> OfficePacks::Reread(const Stamp& stamp) {
  HIKAE_TRY(const Marker marker, directory_.ReadMarker());
  HIKAE_TRY(std::vector<PackPtr> packs, Load(marker.packs));
  if (packs != set_->packs) {
    HIKAE_TRY(PackSetPtr set, MakeSet(std::move(packs)));
    if (adopt_) HIKAE_CHECK(adopt_(*set));
    set_ = std::move(set);
  }
  stamp_ = stamp;
  return set_;
}

Result<void> OfficePacks::CheckCurrent(const PackSetPtr& set) {
  HIKAE_TRY(const PackSetPtr now, Current());
  if (now != set) return Changed(directory_.path().string());
  return {};
}

Result<PackPtr> OfficePacks::Find(std::string_view name) {
  HIKAE_TRY(const PackSetPtr set, Current());
  for (const PackPtr& pack : set->packs) {
    if (pack->id == name) return pack;
  }
  return LoadByName(std::string(name));
}

Result<std::vector<PackPtr>> OfficePacks::JudgingOn(registry::Day day, std::string_view name) {
  std::vector<PackPtr> packs;
  if (!name.empty()) {
    HIKAE_TRY(packs.emplace_back(), Find(name));
    return packs;
  }
  HIKAE_TRY(const PackSetPtr set, Current());
  for (audit::Judge& judge : audit::JudgesOn(set->packs, day)) packs.push_back(std::move(judge.pack));
  if (packs.empty()) packs.push_back(set->packs.front());
  return packs;
}

}  // namespace hikae::office
