// What stands behind Gate and Session.
#ifndef HIKAE_GATE_GATE_REP_H_
#define HIKAE_GATE_GATE_REP_H_

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "codec/node.h"
#include "gate/acts.h"
#include "gate/decider.h"
#include "gate/gate.h"
#include "store/session_tables.h"
#include "vault/credentials.h"

namespace hikae::gate {

// The one maker of vault::Leave: its holder has a decision, and an entry that is durable or submitted.
class Releasing {
 public:
  static vault::Leave Leave() { return {}; }
};

// What the log said of the writing of a record.
struct LastWrite {
  std::string origin;  // of the period it stands in
  uint64_t index = 0;
  std::string file;
  crypto::Pseudonym subject{};
  crypto::Digest head{};
  bool not_done = false;
  bool gone_past = false;  // its session did something else afterwards: it was made, or told not to have been
};

inline constexpr size_t kPasswordsKept = 24;  // how far back a password is known again
inline constexpr int kMostReadings = 10;      // of a record that is sealed anew while it is read

struct Gate::Rep {
  Options options;
  RuleSource* rules = nullptr;
  Recorder* log = nullptr;
  std::shared_ptr<vault::Keys> keys;
  std::shared_ptr<vault::Credentials> credentials;
  std::shared_ptr<store::Database> writer;  // its transactions take turns
  std::atomic<uint64_t> acts{0};            // allowed ones of all sessions, so that work in the background makes room

  int64_t Now() const { return options.now(); }
  base::Result<std::shared_ptr<store::Database>> Connect(bool read_only) const;
  // What is decided by at this moment, read anew.
  base::Result<std::shared_ptr<const Rulebook>> Book(int64_t now) const;
  // Which of the types that may act the registry knows this id as.
  static cedar::EntityUid ActorOf(const Rulebook& book, std::string_view type, std::string_view id);
  base::Result<void> Recover();
  base::Result<void> ReapplyErasures();
  base::Result<void> TellErasures(uint64_t count) const;
  base::Result<void> SettleWrites();
  // The same within a transaction of the writer. `tell` false: where something is to be told, nothing is done, and
  // false given.
  base::Result<bool> SettleWithin(bool tell);
  base::Result<std::vector<log::Entry>> NotDone(const std::vector<LastWrite>& writes, vault::Vault& vault) const;
};

// In which words something is asked: equal for equal questions.
std::string KeyOf(const Question& question);

struct ReleasePlans;

struct Session::Rep {
  Rep(std::shared_ptr<Gate::Rep> from, std::shared_ptr<store::Database> connection)
      : gate(std::move(from)),
        database(std::move(connection)),
        vault(*database, *gate->keys),
        writing(*gate->writer, *gate->keys) {}

  // Takes in what others changed, the session's own row included. `seen`: what ChangesByOthers gave for the snapshot in
  // use.
  base::Result<void> Refresh(bool anew);
  base::Result<void> TakeRow(store::SessionRow from);
  // Kept within one second and one state of the registry. For refusals too.
  base::Result<std::shared_ptr<const Decision>> Decide(const Question& question);
  void ForgetDecisions();     // and what was planned by them
  void ForgetOldDecisions();  // those of another second, or by another book
  Question QuestionOf(const Ask& ask, std::span<const std::string> items, uint64_t records) const;
  void Allowed();  // an act was allowed now
  base::Result<void> StoreUse();
  // The entry of an act, without persons.
  log::Entry EntryOf(log::EntryType type, const Ask& ask, const Decision& decision) const;
  codec::Node Details(const Ask& ask, const Decision& decision) const;
  std::string DetailOf(const Ask& ask, const Decision& decision) const;  // JSON, "" when there is nothing to add
  base::Error Refused(const Decision& decision) const;
  // Before an act, and outside of any transaction: what the session intended and could not tell of is told first,
  // since behind another entry of the session it would pass for done.
  base::Result<void> Settle();
  base::Result<void> CheckAsk(const Ask& ask);  // settles, too
  const vault::FileSpec& SpecOf(std::string_view file);
  // Reads a record again whose keys are gone. False: it is erased, or is the one that was read before.
  base::Result<bool> ReadAgain(std::string_view file, vault::SealedRecord& record);
  // Those that are named; else all that the file is declared to hold. Never none: rules on items would be passed by.
  base::Result<std::vector<std::string>> ItemsOf(const Ask& ask);
  // Records a refusal, and gives it as an error.
  base::Error Refuse(const Ask& ask, const std::shared_ptr<const Decision>& refusal, std::string_view subject);
  // Decides an act that names no subject; on refusal recorded.
  base::Result<std::shared_ptr<const Decision>> DecideAlone(const Ask& ask, uint64_t records,
                                                            std::string_view what = {});
  base::Result<log::Position> Record(log::Entry entry, std::string_view detail, bool durably,
                                     std::string_view subject = {});
  base::Result<void> TellAsked(const Ask& ask, const std::vector<std::string>& items, const Decision& made,
                               const vault::SealedRecord& record);
  // An act of administering, as the log is told of it.
  struct Administering {
    std::string_view what;
    std::string subject = {};                 // hex of its number
    codec::Node detail = codec::Node::Map();  // beside the session and what the ask says
    bool in_parts = false;                    // what was done before it failed stays
  };
  base::Result<void> Administer(const Ask& ask, const Administering& act,
                                const std::function<base::Result<void>()>& work);
  void TellFailed(const log::Position& intent, log::Outcome outcome);

  const std::shared_ptr<Gate::Rep> gate;
  const std::shared_ptr<store::Database> database;  // used by nobody else
  vault::Vault vault;
  vault::Vault writing;  // within the writer's transactions; keeps the patterns of items from call to call
  std::string token;     // hex; wiped at the end
  store::SessionRow row;
  Standing standing;
  int64_t stored_use = 0;
  bool unsettled = false;  // what was intended last is neither done nor told not to be
  std::shared_ptr<const Decision> decision;

  int64_t seen = -1;  // the state of the database that the following was read in
  int32_t day = 0;
  int64_t now = 0;
  std::shared_ptr<const Rulebook> book;
  // Decisions of one second.
  std::pair<int64_t, int64_t> second{-1, -1};
  const Rulebook* decided_by = nullptr;
  std::unordered_map<std::string, std::shared_ptr<const Decision>> decided;
  std::shared_ptr<ReleasePlans> planned;                           // of the last release
  std::vector<vault::SealedRecord> fetched;                        // lends its memory to the next release
  std::map<std::string, vault::FileSpec, std::less<>> undeclared;  // files without formats
};

}  // namespace hikae::gate

#endif  // HIKAE_GATE_GATE_REP_H_
