// The packs of one opened office: which they are by its marker, what they know together, which of them speaks when.
#ifndef HIKAE_OFFICE_OFFICE_PACKS_H_
#define HIKAE_OFFICE_OFFICE_PACKS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "audit/joint.h"
#include "audit/pack.h"
#include "base/error.h"
#include "office/directory.h"

namespace hikae::office {

using PackPtr = std::shared_ptr<const audit::Pack>;

// The packs as the marker had them at one time. Immutable.
struct PackSet {
  std::vector<PackPtr> packs;  // in the order of the marker; never empty
  cedar::Schema vocabulary;    // audit::VocabularyOf

  std::vector<std::string> Ids() const;
  std::vector<std::string> KnownIds() const;  // with those of the packs that they are laid over
  bool Has(std::string_view id) const;
};
using PackSetPtr = std::shared_ptr<const PackSet>;

bool IsBuiltIn(const std::string& id);
// What is built in cannot change and is read once for a process.
base::Result<PackPtr> LoadByName(const std::string& id_or_folder);
// Checks that they go together.
base::Result<PackSetPtr> MakeSet(std::vector<PackPtr> packs);

// Shareable between threads. Other processes may change the marker while the office is open: every act asks for the
// set anew, and what is looked at is then only whether the marker is still the file it was.
class OfficePacks {
 public:
  // Called with each new set before anybody gets it; its error is the caller's.
  using Adopt = std::function<base::Result<void>(const PackSet&)>;

  explicit OfficePacks(const Directory& directory) : directory_(directory) {}

  // A pack of the office by its id: its own copy, or the one built in.
  std::string Locate(const std::string& id) const;
  // The marker of an office that is being opened.
  base::Result<Marker> ReadMarker();
  // Reads the packs of an office that is being opened or made. Until `adopt` is set nothing is told of them.
  base::Result<PackSetPtr> Open(const std::vector<std::string>& ids);
  void OnChange(Adopt adopt) { adopt_ = std::move(adopt); }

  // The set as the marker has it now. Where the marker is gone, the last one.
  base::Result<PackSetPtr> Current();
  // Whether `set` still is what the marker says. To be asked under the lock that whoever changes the marker holds.
  base::Result<void> CheckCurrent(const PackSetPtr& set);
  // The pack by id of the office, id of hikae or folder. Folders that are not the office's are read anew.
  base::Result<PackPtr> Find(std::string_view name);
  // Those that judge on the day, or the one that is named. Where none judges: the first, whose audit says why not.
  base::Result<std::vector<PackPtr>> JudgingOn(registry::Day day, std::string_view name);

 private:
  // Which file the marker is: it is replaced, never written to.
  struct Stamp {
    uint64_t device = 0, inode = 0;
    int64_t seconds = 0, nanoseconds = 0, size = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };
  Stamp StampNow() const;
  base::Result<std::vector<PackPtr>> Load(const std::vector<std::string>& ids) const;
  base::Result<PackSetPtr> Reread(const Stamp& stamp);  // under mutex_

  const Directory& directory_;
  Adopt adopt_;
  std::mutex mutex_;  // guards what follows
  PackSetPtr set_;
  Stamp stamp_;  // of the marker that set_ was read by; zero: of none
};

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_OFFICE_PACKS_H_
