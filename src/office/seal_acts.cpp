#include "office/seal_acts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "crypto/random.h"
#include "log/detail.h"

namespace hikae::office {

using base::Error;
using base::Result;
using base::Status;
using log::Entry;
using log::EntryType;
using Sealed = AccessLog::Sealed;

namespace {

constexpr char kActor[] = "actor";
constexpr char kSubject[] = "subject";
constexpr char kRecord[] = "record";
constexpr size_t kMaxIdBytes = 4'096;  // of a person or a record

Result<void> CheckAct(const Act& act) {
  HIKAE_CHECK(CheckPersonId(kActor, act.actor));
  HIKAE_CHECK(CheckPersonId(kSubject, act.subject));
  HIKAE_CHECK(CheckPersonId(kRecord, act.record));
  if (!act.record.empty() && act.subject.empty()) {
    return Error(Status::kArgument, {"a record is of a subject, and none is named", "記録の本人が示されていない"}, {},
                 {"its pseudonym is made with the subject's salt", "記録の仮名は本人の塩で作る"});
  }
  if (!act.detail.empty() && act.subject.empty() && act.actor.empty()) {
    return Error(Status::kArgument, base::Text{"a detail is sealed for somebody, and nobody is named",
                                               "詳細の封をする相手(本人か行為者)が示されていない"});
  }
  switch (act.entry.type) {
    case EntryType::kPeriodBegun:
    case EntryType::kKeyAnnounced:
    case EntryType::kPossibleLoss:
      return Error(Status::kArgument, base::Text{"only the log itself writes entries of this type",
                                                 "この種別の記録はアクセス記録自身だけが書く"});
    default:  // types are open: later hikae know more
      return {};
  }
}

// The persons of a batch, each once, and where the acts find them.
struct Persons {
  std::vector<PersonName> names;
  std::vector<PersonKey> keys;
  std::map<PersonName, size_t> index;

  void Add(const char* kind, const std::string& id) {
    if (id.empty()) return;
    const auto [at, fresh] = index.emplace(PersonName{kind, id}, names.size());
    if (fresh) names.push_back(at->first);
  }
  const PersonKey& Key(const char* kind, const std::string& id) const { return keys[index.at({kind, id})]; }
};

Result<Sealed> SealAct(const Act& act, const Persons& persons, int64_t now) {
  Entry entry = act.entry;
  if (entry.time == 0) entry.time = now;
  entry.actor.reset(), entry.subject.reset(), entry.record.reset(), entry.detail.reset();
  const PersonKey* owner = nullptr;
  if (!act.actor.empty()) {
    owner = &persons.Key(kActor, act.actor);
    entry.actor = owner->pseudonym;
  }
  if (!act.subject.empty()) {
    owner = &persons.Key(kSubject, act.subject);
    entry.subject = owner->pseudonym;
    if (!act.record.empty()) entry.record = crypto::MakePseudonym(owner->salt.bytes, kRecord, act.record);
  }
  Sealed sealed;
  if (!act.detail.empty()) {
    crypto::SealNonce nonce;
    crypto::FillRandom(nonce);
    HIKAE_TRY(sealed.detail, log::SealDetail(owner->detail_key.bytes, nonce, act.detail, &entry));
  }
  HIKAE_TRY(sealed.leaf, log::EncodeEntry(entry));
  return sealed;
}

}  // namespace

// What a person's id may be; it is a key of keys.db, not a text for people.
Result<void> CheckPersonId(std::string_view kind, std::string_view id) {
  if (id.size() <= kMaxIdBytes && id.find('\0') == std::string::npos) return {};
  return Error(Status::kArgument,
               {fmt::format("the id of the {} is longer than {} bytes or holds a NUL", kind, kMaxIdBytes),
                fmt::format("{} の番号が{}バイトを超えるか、NULを含む", kind, kMaxIdBytes)});
}

Result<std::vector<Sealed>> SealActs(std::span<const Act> acts, LogKeys& keys, int64_t now) {
  Persons persons;
  for (const Act& act : acts) {
    HIKAE_CHECK(CheckAct(act));
    persons.Add(kActor, act.actor);
    persons.Add(kSubject, act.subject);
  }
  if (!persons.names.empty()) {
    HIKAE_TRY(persons.keys, keys.Make(persons.names));
  }
  std::vector<Sealed> sealed;
  sealed.reserve(acts.size());
  for (const Act& act : acts) {
    HIKAE_TRY(Sealed one, SealAct(act, persons, now));
    sealed.push_back(std::move(one));
  }
  return sealed;
}

Result<void> SealPlain(std::string_view actor, std::span<const AccessLog::PlainAct> acts, LogKeys& keys, int64_t now,
                       std::vector<Sealed>& out) {
  HIKAE_CHECK(CheckPersonId(kActor, actor));
  std::vector<std::string_view> subjects;
  subjects.reserve(acts.size());
  for (const AccessLog::PlainAct& act : acts) subjects.push_back(act.subject);
  LogKeys::Pseudonyms pseudonyms;
  HIKAE_CHECK(keys.Find(actor, subjects, pseudonyms));
  std::vector<uint8_t> fresh;
  const Entry* laid_out = nullptr;  // in `fresh`
  for (size_t i = 0; i < acts.size(); ++i) {
    const Entry& entry = *acts[i].entry;
    const bool keeps = acts[i].shape != nullptr;
    std::vector<uint8_t>& shape = keeps ? *acts[i].shape : fresh;
    if (keeps ? shape.empty() : laid_out != &entry) {
      Entry named = entry;
      named.actor = pseudonyms.actor;
      named.subject = pseudonyms.subjects[i];
      named.record.reset(), named.detail.reset();
      HIKAE_TRY(shape, log::EncodeEntry(named));
      if (!keeps) laid_out = &entry;
    }
    Sealed& sealed = out.emplace_back();
    sealed.leaf = shape;
    log::PutMoment(sealed.leaf, entry.time == 0 ? now : entry.time, pseudonyms.actor, pseudonyms.subjects[i]);
  }
  return {};
}

}  // namespace hikae::office
