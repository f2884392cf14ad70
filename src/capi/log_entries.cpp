// Entries of a log: looked up, batch by batch, and written out.
#include <algorithm>

#include "base/civil_date.h"
#include "capi/log_handles.h"
#include "codec/hex.h"

using namespace hikae;
using namespace hikae::capi;

namespace hikae::capi {
namespace {

constexpr int64_t kMinute = 60'000'000;
constexpr int64_t kDay = 24 * 60 * kMinute;
constexpr int64_t kJapan = 9 * 60 * kMinute;
constexpr uint32_t kKnownFlags = HIKAE_LOG_WITH_DETAILS | HIKAE_LOG_WITH_NAMES | HIKAE_LOG_OPENED;
constexpr size_t kLeastDigits = 8;  // of a pseudonym: fewer would be a guess

[[noreturn]] void NotA(const char* name, std::string_view given, const std::string& en, const std::string& ja) {
  const std::string shown = Shown(given);
  base::Text text{std::string(name) + " is \"" + shown + "\", expected " + en, "「" + shown + "」は使えない。" + ja};
  throw base::Failure{base::Error(base::Status::kArgument, std::move(text))};
}

// A day, or a day and a time of it, in Japan. `behind`: the moment behind the day or the minute.
std::optional<int64_t> MomentOf(hikae_str text, const char* name, bool behind) {
  std::string_view given = Text(text, name);
  if (given.empty()) return std::nullopt;
  const auto fail = [&]() {
    NotA(name, given, "a day, or a day and a time: 2021-05-20T09:30", "日付、又は日時(2021-05-20T09:30)を指定する");
  };
  int64_t minutes = 0;
  std::string_view day_text = given;
  const bool timed = given.size() > 6 && given[given.size() - 3] == ':' &&
                     (given[given.size() - 6] == 'T' || given[given.size() - 6] == ' ');
  if (timed) {
    const std::string_view clock = given.substr(given.size() - 5);
    for (const size_t i : {0, 1, 3, 4})
      if (clock[i] < '0' || clock[i] > '9') fail();
    const int hours = (clock[0] - '0') * 10 + (clock[1] - '0');
    const int past = (clock[3] - '0') * 10 + (clock[4] - '0');
    if (hours > 23 || past > 59) fail();
    minutes = hours * 60 + past;
    day_text = given.substr(0, given.size() - 6);
  }
  const base::Result<base::Day> day = base::ParseDate(day_text);
  if (!day.ok()) fail();
  const int64_t begin = *day * kDay - kJapan + minutes * kMinute;
  return behind ? begin + (timed ? kMinute : kDay) : begin;
}

int Digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::vector<uint8_t> PrefixOf(hikae_str text, const char* name) {
  const std::string_view given = Text(text, name);
  const auto fail = [&]() {
    NotA(name, given, "8 to 32 hexadecimal digits of a pseudonym", "仮名の16進数字を8桁から32桁指定する");
  };
  if (given.empty()) return {};
  if (given.size() < kLeastDigits || given.size() > 2 * sizeof(crypto::Pseudonym) || given.size() % 2 != 0) fail();
  std::vector<uint8_t> prefix;
  for (size_t i = 0; i < given.size(); i += 2) {
    if (Digit(given[i]) < 0 || Digit(given[i + 1]) < 0) fail();
    prefix.push_back(static_cast<uint8_t>(Digit(given[i]) * 16 + Digit(given[i + 1])));
  }
  return prefix;
}

constexpr log::EntryType kTypes[] = {
    log::EntryType::kPeriodBegun,   log::EntryType::kKeyAnnounced,  log::EntryType::kPossibleLoss,
    log::EntryType::kLogReviewed,   log::EntryType::kDeclared,      log::EntryType::kCorrected,
    log::EntryType::kPackChanged,   log::EntryType::kOfficeChanged, log::EntryType::kRead,
    log::EntryType::kWriteIntended, log::EntryType::kWriteEnded,    log::EntryType::kSearched,
    log::EntryType::kExported,      log::EntryType::kErased,        log::EntryType::kPrinted,
    log::EntryType::kTransferred,   log::EntryType::kProvided,      log::EntryType::kCollectionIntended,
    log::EntryType::kAdministered,  log::EntryType::kAsked,         log::EntryType::kSessionBegun,
    log::EntryType::kSessionEnded,  log::EntryType::kPasswordSet,   log::EntryType::kKeysUnlocked};

log::EntryType TypeOf(std::string_view given) {
  if (given.size() == 6 && given.starts_with("0x")) {
    int number = 0;
    for (const char c : given.substr(2)) number = Digit(c) < 0 || number < 0 ? -1 : number * 16 + Digit(c);
    if (number >= 0) return static_cast<log::EntryType>(number);
  }
  std::string spaced(given);
  std::replace(spaced.begin(), spaced.end(), '-', ' ');
  std::vector<std::string> names;
  for (const log::EntryType type : kTypes) {
    const base::Text name = log::EntryTypeName(type);
    if (spaced == name.en || given == name.ja) return type;
    names.push_back(name.en);
  }
  const std::string nearest(base::Nearest(spaced, names));
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  NotA("type", given, "one of " + all + (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"),
       "記録の種類を指定する" + (nearest.empty() ? std::string() : "(もしかして「" + nearest + "」)"));
}

// Makes an id a condition by its pseudonym; false when the keys do not know it.
bool Named(hikae_str id, const char* name, const char* kind, office::AccessLog* keys, std::vector<uint8_t>* out) {
  const std::string_view given = Text(id, name);
  if (given.empty()) return true;
  if (!out->empty()) FailArgument(std::string(name) + " and a pseudonym exclude each other");
  const auto pseudonym = Unwrap(keys->Find(kind, given));
  if (pseudonym) out->assign(pseudonym->begin(), pseudonym->end());
  return pseudonym.has_value();
}

log::EntryFilter FilterOf(const hikae_log_query& given, office::AccessLog* keys) {
  if ((given.flags & ~kKnownFlags) != 0)
    Fail(base::Status::kVersion, {"a flag is set that this release does not know", {}});
  log::EntryFilter filter;
  filter.since = MomentOf(given.since, "since", false);
  filter.until = MomentOf(given.until, "until", true);
  for (const std::string& type : TextsOf(given.types, given.type_count, "types")) filter.types.push_back(TypeOf(type));
  filter.actor = PrefixOf(given.actor, "actor");
  filter.subject = PrefixOf(given.subject, "subject");
  filter.handling = Text(given.handling, "handling");
  CheckRange(given.decision, HIKAE_LOG_NOT_JUDGED, "decision");
  if (given.decision != 0) filter.decision = static_cast<log::Decision>(given.decision);
  filter.first = given.first;
  if (given.end != 0) filter.end = given.end;
  if (given.last != 0) filter.last = given.last;
  const bool known = Named(given.actor_id, "actor_id", "actor", keys, &filter.actor) &&
                     Named(given.subject_id, "subject_id", "subject", keys, &filter.subject);
  if (!known) filter.end = filter.first;  // nothing
  return filter;
}

std::vector<hikae_str> ViewsOf(const std::vector<std::string>& texts) {
  std::vector<hikae_str> views;
  for (const std::string& text : texts) views.push_back(View(text));
  return views;
}

template <class B>
std::string HexOf(const std::optional<B>& value) {
  return value ? codec::Hex(*value) : std::string();
}

std::string NameOf(office::AccessLog& keys, const char* kind, const std::optional<crypto::Pseudonym>& pseudonym) {
  return pseudonym ? Unwrap(keys.NameOf(kind, *pseudonym)).value_or("") : std::string();
}

// What the office's keys add to an entry.
void Unseal(office::AccessLog& keys, uint32_t flags, hikae_log_entries::Shown& shown) {
  const log::Entry& entry = *shown.found.entry;
  if ((flags & HIKAE_LOG_WITH_NAMES) != 0) {
    shown.actor_id = NameOf(keys, "actor", entry.actor);
    shown.subject_id = NameOf(keys, "subject", entry.subject);
  }
  if ((flags & HIKAE_LOG_OPENED) != 0 && !shown.found.detail.empty())
    shown.plain = Unwrap(keys.OpenDetail({shown.found.index, shown.found.leaf, shown.found.detail})).value_or("");
  if ((flags & HIKAE_LOG_WITH_DETAILS) == 0) shown.found.detail.clear();
}

hikae_log_entries::Shown ShownOf(log::FoundEntry found) {
  hikae_log_entries::Shown shown;
  shown.found = std::move(found);
  if (!shown.found.entry) return shown;
  const log::Entry& entry = *shown.found.entry;
  shown.type = log::EntryTypeName(entry.type);
  shown.actor = HexOf(entry.actor);
  shown.subject = HexOf(entry.subject);
  shown.record = HexOf(entry.record);
  shown.digest = HexOf(entry.digest);
  shown.detail = HexOf(entry.detail);
  shown.session = HexOf(entry.session);
  return shown;
}

void FillContent(const hikae_log_entries::Shown& from, hikae_log_entry& to) {
  const log::Entry& entry = *from.found.entry;
  to.time = entry.time;
  to.type = static_cast<uint32_t>(entry.type);
  to.decision = entry.decision ? static_cast<int32_t>(*entry.decision) : 0;
  to.outcome = entry.outcome ? static_cast<int32_t>(*entry.outcome) : 0;
  to.type_ja = View(from.type.ja);
  to.type_en = View(from.type.en);
  to.actor = View(from.actor);
  to.subject = View(from.subject);
  to.record = View(from.record);
  to.handling = View(entry.handling);
  to.ground = View(entry.ground);
  to.file = View(entry.file);
  to.thing = View(entry.thing);
  to.digest = View(from.digest);
  to.detail = View(from.detail);
  to.origin = View(entry.origin);
  to.previous = View(entry.previous);
  to.key = View(entry.key);
  to.session = View(from.session);
  to.actor_id = View(from.actor_id);
  to.subject_id = View(from.subject_id);
  to.plain = View(from.plain);
  to.items = from.items.data();
  to.item_count = from.items.size();
  to.rules = from.rules.data();
  to.rule_count = from.rules.size();
  to.count = entry.count.value_or(0);
  to.intent = entry.intent.value_or(0);
  to.key_version = entry.key_version.value_or(0);
  to.range_end = entry.range_end.value_or(0);
  to.loss_ms = entry.loss_ms.value_or(0);
  to.loss_records = entry.loss_records.value_or(0);
  if (entry.count) to.has |= HIKAE_LOG_HAS_COUNT;
  if (entry.intent) to.has |= HIKAE_LOG_HAS_INTENT;
  if (entry.key_version) to.has |= HIKAE_LOG_HAS_KEY_VERSION;
  if (entry.loss_ms) to.has |= HIKAE_LOG_HAS_LOSS;
  if (entry.range_end) to.has |= HIKAE_LOG_HAS_RANGE_END;
}

}  // namespace

std::shared_ptr<office::AccessLog> KeysFor(const hikae_log& log, const hikae_log_query& given) {
  const bool ids = given.actor_id.len != 0 || given.subject_id.len != 0;
  if (!ids && (given.flags & (HIKAE_LOG_WITH_NAMES | HIKAE_LOG_OPENED)) == 0) return nullptr;
  office::AccessLog::Options options;
  options.read_only = true;
  options.sign_in_background = false;
  options.now = [] { return int64_t{0}; };  // nothing is written
  std::shared_ptr<office::AccessLog> keys = Unwrap(office::AccessLog::Open(log.path, options));
  Unwrap(keys->Key());  // without keys nobody has a name: said now, not by showing none
  return keys;
}

std::unique_ptr<log::EntryQuery> QueryOf(const hikae_log& log, const hikae_log_query& given, office::AccessLog* keys) {
  log::EntryFilter filter = FilterOf(given, keys);
  std::vector<std::string> periods;
  if (const std::string_view only = Text(given.period, "period"); !only.empty()) {
    periods.push_back(Unwrap(log.folder->Find(only)).name);
  } else {
    for (log::Period& period : Unwrap(log.folder->Periods())) periods.push_back(std::move(period.name));
  }
  const auto open = [folder = log.folder](const std::string& period) { return folder->Entries(period); };
  return std::make_unique<log::EntryQuery>(std::move(periods), open, std::move(filter),
                                           (given.flags & (HIKAE_LOG_WITH_DETAILS | HIKAE_LOG_OPENED)) != 0,
                                           ProgressOf(given.progress, given.progress_ctx));
}

}  // namespace hikae::capi

extern "C" {

hikae_status hikae_log_entries_open(const hikae_log* l, const hikae_log_query* query, hikae_log_entries** out,
                                    hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    const hikae_log& log = Checked(l, "log");
    auto handle = std::make_unique<hikae_log_entries>();
    handle->folder = log.folder;
    const hikae_log_query given = Read(query);
    handle->flags = given.flags;
    handle->keys = KeysFor(log, given);
    handle->query = QueryOf(log, given, handle->keys.get());
    *out = handle.release();
    return HIKAE_OK;
  });
}

hikae_status hikae_log_entries_next(hikae_log_entries* e, uint64_t most, uint64_t* count, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(count, "count") = 0;
    hikae_log_entries& entries = Checked(e, "entries");
    entries.batch.clear();
    std::vector<log::FoundEntry> found;
    const size_t asked = std::min<uint64_t>(most, log::EntryQuery::kMaxBatch + 1);
    if (!Unwrap(entries.query->Next(asked, &found))) return HIKAE_END;
    entries.batch.reserve(found.size());
    for (log::FoundEntry& each : found) {
      hikae_log_entries::Shown& shown = entries.batch.emplace_back(ShownOf(std::move(each)));
      if (!shown.found.entry) continue;
      shown.items = ViewsOf(shown.found.entry->items);
      shown.rules = ViewsOf(shown.found.entry->rules);
      if (entries.keys) Unseal(*entries.keys, entries.flags, shown);
    }
    *count = entries.batch.size();
    return HIKAE_OK;
  });
}

hikae_status hikae_log_entries_get(const hikae_log_entries* e, uint64_t i, hikae_log_entry* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Out<hikae_log_entry> entry(out);
    const hikae_log_entries& entries = Checked(e, "entries");
    if (i >= entries.batch.size()) return HIKAE_END;
    const hikae_log_entries::Shown& from = entries.batch[i];
    entry->index = from.found.index;
    entry->period = View(from.found.period);
    entry->leaf = from.found.leaf.data();
    entry->leaf_len = from.found.leaf.size();
    entry->sealed = from.found.detail.empty() ? nullptr : from.found.detail.data();
    entry->sealed_len = from.found.detail.size();
    entry->detail_bytes = from.found.detail_bytes;
    if (from.found.entry) {
      FillContent(from, *entry.operator->());
    } else {
      entry->foreign = 1;
    }
    return entry.Give();
  });
}

void hikae_log_entries_free(hikae_log_entries* e) { delete e; }

hikae_status hikae_log_write(const hikae_log* l, const hikae_log_query* query, int32_t form, int32_t language,
                             hikae_log_write_fn fn, void* ctx, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    const hikae_log& log = Checked(l, "log");
    if (fn == nullptr) FailArgument("the write callback must not be NULL");
    CheckRange(form, HIKAE_LOG_JSON, "form");
    CheckRange(language, HIKAE_JAPANESE, "language");
    const hikae_log_query given = Read(query);
    const std::shared_ptr<office::AccessLog> keys = KeysFor(log, given);
    const std::unique_ptr<log::EntryQuery> entries = QueryOf(log, given, keys.get());
    log::EntryNames names;
    if ((given.flags & HIKAE_LOG_WITH_NAMES) != 0) {
      names = [&keys](std::string_view kind, const crypto::Pseudonym& pseudonym) {
        return Unwrap(keys->NameOf(kind, pseudonym)).value_or("");
      };
    }
    log::EntryTable table(static_cast<log::EntryForm>(form), static_cast<base::Language>(language), names);
    const auto write = [&](const std::string& piece) {
      if (!piece.empty() && fn(ctx, reinterpret_cast<const uint8_t*>(piece.data()), piece.size()) != 0)
        Fail(base::Status::kStopped, {"the write callback stopped the call", "書き出しが中断されました"});
    };
    constexpr size_t kBatch = 1'000;
    std::vector<log::FoundEntry> found;
    std::string piece = table.Begin();
    while (Unwrap(entries->Next(kBatch, &found))) {
      for (const log::FoundEntry& each : found) piece += table.Add(each);
      write(piece);
      piece.clear();
    }
    write(piece + table.End());
    return HIKAE_OK;
  });
}

}  // extern "C"
