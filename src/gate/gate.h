// The only way to plaintext: every act is decided by the rules of the pack and stands in the access log before anything
// leaves.
#ifndef HIKAE_GATE_GATE_H_
#define HIKAE_GATE_GATE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/io.h"
#include "cedar/value/value.h"
#include "gate/decision.h"
#include "gate/recorder.h"
#include "gate/rulebook.h"
#include "store/database.h"
#include "store/session_tables.h"
#include "vault/credentials.h"
#include "vault/keys.h"
#include "vault/media/media_writer.h"
#include "vault/vault.h"

namespace hikae::gate {

enum class Act : uint8_t {
  kLogin,
  kLogout,
  kRead,
  kWrite,
  kSearch,
  kPrint,
  kExport,
  kTransfer,
  kCollect,
  kProvide,
  kErase,
  kAdminister,
};
const char* Name(Act act);  // "read": the action of the rules
base::Text Label(Act act);  // 閲覧
std::optional<Act> ActOf(std::string_view name);

enum class View : uint8_t { kWhole, kMasked, kPresence, kWidest };  // kWidest: per item the widest that is allowed

struct SessionRequest {
  std::string actor;       // id of a member of staff or of a worker
  std::string actor_type;  // "Staff", "Worker"; "" = whichever the registry knows, else Staff
  std::string handling;
  std::string purpose;
  std::string terminal;  // id of a Device; "" = not said
  std::string place;     // id of a Place; "" = not said
  // Factors that the host system has checked: "ic-card", "pin", "user-id" … at the terminal and at the system.
  std::vector<std::string> terminal_factors, system_factors;
  std::string_view password;  // checked by hikae, and then a factor of the system; "" = none given
};

// One act of one actor, beside what the session says. Texts are borrowed for the call.
struct Ask {
  Act act = Act::kRead;
  std::string_view file;
  std::span<const std::string> items;           // empty, on reading: all the file declares
  std::span<const std::string> approvals = {};  // ids of Approval rows, and of others the act rests on (AiDecision …)
  std::string_view recipient = {};              // provide, transfer, export: id of a Party
  std::string_view source = {};                 // collect: id of a Party; "" = the subject
  std::string_view medium = {};                 // print, export, transfer, collect: "paper", "electronic" …
  std::string_view ground = {};                 // clause relied on, where the host says one
  View view = View::kWhole;
  std::optional<bool> encrypted = {};  // what leaves is sealed
  std::string_view handover = {};      // export: id of the Handover or the HandoverPlan it is written for
  std::string_view medium_id = {};     // export: of the medium that is written
};

// One item as it may be seen.
struct Seen {
  std::string item;
  View view = View::kWhole;  // kPresence: `value` is empty and the item is there
  vault::PlainText value;
  uint64_t version = 0;  // of the record when the item was last set
};
// What came of one record of a batch.
struct Released {
  enum class State : uint8_t { kReleased, kNoRecord, kRefused } state = State::kNoRecord;
  uint64_t version = 0;
  std::vector<Seen> items;
  std::shared_ptr<const Decision> decision;
};

// One subject and what to write.
struct Put {
  std::string_view subject;
  std::vector<vault::Change::Set> set;
  std::vector<std::string_view> remove = {};
  std::optional<uint64_t> if_version = {};  // nothing is written (kBusy) when the record has another; 0: it must be new
};

struct Certificate {
  std::string note;  // signed
  uint64_t records = 0;
};

// A medium to be written: an age file and its signed manifest (docs/formats/export-media.md).
struct MediaTarget {
  std::string directory;
  std::string name;                                 // of both files, without what follows the dot
  std::vector<std::string> recipients;              // "age1…"
  std::optional<std::string_view> passphrase = {};  // instead of recipients
  bool armored = false;
  vault::MediaForm form = vault::MediaForm::kJsonLines;
  std::string medium, handover;  // id of the medium, 受渡番号 (of the handover or its plan, as registered)
  uint32_t work_factor = crypto::age::kWorkFactor;
};
struct MediaOrigin {
  std::string directory;
  std::string name;
  std::vector<std::string> signers;          // verifier keys: whose exports are taken
  std::vector<std::string> identities = {};  // "AGE-SECRET-KEY-1…"
  std::optional<std::string_view> passphrase = {};
};

class Gate;

// One actor, acting for one handling and purpose, from one terminal at one place. One thread at a time. Freed, it is
// not ended: who has its token may take it up again.
class Session {
 public:
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // 32 hex digits; secret: whoever has it acts as the session. Wiped by the caller.
  std::string Token() const;
  const std::string& id() const;  // public: stands in the log
  const std::string& actor() const;
  const std::string& handling() const;
  const std::string& purpose() const;
  // Of the last act; never null once there was one.
  std::shared_ptr<const Decision> decision() const;

  // Asking is not doing: nothing is released. What is asked of a subject is recorded, since the answer tells of its
  // marks; what is asked without one is not. An error only when it cannot be decided at all.
  base::Result<Decision> WouldAllow(const Ask& ask, std::string_view subject = {});

  // Reads, prints, transfers, provides: the same with other rules. In the order given. kRefused: none may be released
  // (the decision says why). On failure nothing is released, and what was opened is wiped.
  base::Result<std::vector<Released>> Release(const Ask& ask, std::span<const std::string_view> subjects);
  // One subject. kNotFound: no record. kRefused.
  base::Result<Released> Read(const Ask& ask, std::string_view subject);
  // All or none. Returns the new versions. kArgument names subject by its place in the call and the item, never a
  // value.
  base::Result<std::vector<uint64_t>> Write(const Ask& ask, std::span<const Put> puts);
  // By blind index: the ids of subjects.
  base::Result<std::vector<std::string>> Search(const Ask& ask, vault::IndexKind kind, std::string_view text,
                                                size_t most);
  // By reading every record: logged as a search over all of them. keep: sees one record at a time, and says whether it
  // is among the results.
  base::Result<std::vector<std::string>> Sift(const Ask& ask, const std::function<bool(const Released&)>& keep,
                                              size_t most);
  // Destroys the subjects' records in the file and their keys. The certificate is signed by the log's key.
  base::Result<Certificate> Erase(const Ask& ask, std::span<const std::string_view> subjects);
  // Writes the records to a medium, sealed: act export, transfer or provide. All or none: where one is refused, nothing
  // is left on the medium. No subjects: all of the file. How many records. kExists: the files are there.
  base::Result<uint64_t> Export(const Ask& ask, std::span<const std::string_view> subjects, const MediaTarget& target);
  // Takes the records of a medium into the file: act collect or write. The medium is checked whole first, signature
  // included, then every record against the file's formats; then they are written, 100 at a time. How many records.
  base::Result<uint64_t> Import(const Ask& ask, const MediaOrigin& origin);
  // Marks of a subject (支援措置, 廃棄停止, consents): replaces them.
  base::Result<void> SetMarks(const Ask& ask, std::string_view subject, std::span<const vault::Mark> marks);
  base::Result<std::vector<vault::Mark>> Marks(const Ask& ask, std::string_view subject);
  // What whoever runs the office does: decided as `administer` and logged as 'administered' with `what`, durably, then
  // done. Where it fails, the log is told that it did not come about.
  base::Result<void> Administer(const Ask& ask, std::string_view what, const std::function<base::Result<void>()>& work);
  // Seals every record of the file again under new keys of its subjects, while others read and write; logged as writes.
  // Goes on where a stop cut it off. progress: false stops (kStopped), and what is done stays.
  base::Result<void> RotateSubjects(const Ask& ask, const vault::Keys::Progress& progress);
  // The keys of the office (docs/formats/key-hierarchy.md §3, §4): administering, with `what` as said. Beside kRefused
  // they fail as those of vault::Keys do.
  base::Result<void> AddLock(const Ask& ask, const vault::Secret& secret,
                             const vault::PassphraseCost& cost);  // "keys-lock"
  base::Result<std::vector<std::string>> ShareKeys(const Ask& ask, size_t k,
                                                   std::span<const std::string> custodians);  // "keys-share"
  base::Result<void> RotateMaster(const Ask& ask, const vault::Secret& secret,
                                  const vault::PassphraseCost& cost);                      // "keys-rotate-master"
  base::Result<void> RotateOffice(const Ask& ask, const vault::Keys::Progress& progress);  // "keys-rotate-office"
  // "keys-rotate-index": a new index key, under which index values and marks are written again while others read and
  // write; older ones are still asked. Goes on where a stop cut it off: as long as an older one is not retired, none
  // is made.
  base::Result<void> RotateIndex(const Ask& ask, const vault::Keys::Progress& progress);
  // "keys-retire-index": destroys the older index keys. kArgument: something is still found by one of them.
  base::Result<void> RetireIndex(const Ask& ask);
  // "keys-state": of "office" and "index". kArgument: making one primary, which is what turning over does; destroying
  // one that something is still under.
  base::Result<void> SetKeyState(const Ask& ask, std::string_view kind, uint32_t version, vault::KeyState state);
  // "keys-backup". With a new key of the log the copy can go on with that log until the key is changed again.
  enum class LogKey { kStays, kChanges };
  base::Result<void> BackupKeys(const Ask& ask, const std::string& path, LogKey log_key = LogKey::kStays);
  // Gives an actor a password, known so far or not: "administer", what = "password".
  base::Result<void> SetPassword(const Ask& ask, std::string_view actor, std::string_view fresh);
  // Ends another session, by its public id.
  base::Result<void> Revoke(const Ask& ask, std::string_view session);
  base::Result<void> End();  // logout; idempotent
  struct Rep;

 private:
  friend class Gate;
  explicit Session(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

struct SessionInfo {
  std::string id, actor, handling, purpose, terminal, place;
  int64_t begun_at = 0, used_at = 0;
  std::optional<int64_t> ended_at;
};

// Shareable between threads.
class Gate {
 public:
  struct Options {
    std::string database;           // path of hikae.db
    std::string spool_directory;    // where acts wait while the log cannot be written
    std::string actor = "unnamed";  // who opens it: of what is done before there is a session
    uint32_t busy_ms = 0;
    std::function<int64_t()> now;
    std::function<void(const base::Text&)> alarm;  // the log cannot be written, and a purpose says spool
    base::Io* io = nullptr;
  };
  // All must outlive it. Says of writes that a stop cut off whether they were done.
  static base::Result<std::shared_ptr<Gate>> Open(const Options& options, RuleSource& rules, Recorder& log,
                                                  std::shared_ptr<vault::Keys> keys,
                                                  std::shared_ptr<vault::Credentials> credentials);
  ~Gate();

  // kRefused: the rules say no; `decision` says why. kSecret: no password is set for the actor.
  base::Result<std::unique_ptr<Session>> Begin(const SessionRequest& request,
                                               std::shared_ptr<const Decision>& decision);
  // Takes up a session begun elsewhere. kNotFound: no such session, or it was ended.
  base::Result<std::unique_ptr<Session>> Resume(std::string_view token);
  base::Result<std::vector<SessionInfo>> Sessions();

  // Changes the password of an actor who has one: `request` as for Begin, with the present one. kSecret: it is wrong;
  // kRefused: the rules say no (too short, used before).
  base::Result<void> ChangePassword(const SessionRequest& request, std::string_view fresh,
                                    std::shared_ptr<const Decision>& decision);

  // Compares every record with the last entry about it in the log. Empty: they agree.
  struct Disagreement {
    std::string file;
    std::string subject_number;  // hex
    base::Text text;
  };
  base::Result<std::vector<Disagreement>> CheckAgainstLog();
  base::Result<std::vector<vault::KeyInfo>> ListKeys();
  // For tests and measurements. Whatever is done with them directly is neither decided nor recorded.
  vault::Keys& keys_past_the_rules();
  struct Rep;

 private:
  explicit Gate(std::shared_ptr<Rep> rep) : rep_(std::move(rep)) {}
  base::Result<std::unique_ptr<Session>> Take(store::SessionRow row, std::string token,
                                              const std::shared_ptr<const Decision>& decision);
  base::Result<void> CheckFile(const std::string& file,
                               std::map<std::pair<std::string, vault::SubjectNumber>, crypto::Digest>& last,
                               std::vector<Disagreement>& found);
  std::shared_ptr<Rep> rep_;
};

}  // namespace hikae::gate

#endif  // HIKAE_GATE_GATE_H_
