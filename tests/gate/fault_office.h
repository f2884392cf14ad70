// What the tests of faults share: a file whose records are due, all that an office keeps of a subject, and a verdict on
// the log.
#ifndef HIKAE_TESTS_GATE_FAULT_OFFICE_H_
#define HIKAE_TESTS_GATE_FAULT_OFFICE_H_

#include <fmt/format.h>
#include <sys/wait.h>

#include <map>
#include <set>
#include <utility>

#include "codec/hex.h"
#include "gate/gate_office.h"
#include "log/period_source.h"
#include "log/sign/checkpoint_file.h"
#include "log/verify/verifier.h"
#include "store/database.h"

namespace hikae::gate {

namespace fs = std::filesystem;

// Its retention is over, and its items are indexed.
inline constexpr char kDue[] = "終わった給付金";
inline constexpr char kDueFile[] = R"(File:
  終わった給付金:
    handling: benefit
    title: 終わった給付金受給者ファイル
    system: 福祉情報システム
    store: データセンター(iDC)
    keepsHistory: true
    retentionYears: 1
    completedFiscalYear: 2019
    items: [氏名漢字, 住所, 生年月日]
    ItemFormat:
      氏名漢字: { item: 氏名漢字, kind: text, format: name, indexes: [exact, prefix] }
      生年月日: { item: 生年月日, kind: date, format: date, indexes: [exact, year] }
)";

inline Ask Erasing(std::string_view file = kDue) {
  Ask ask;
  ask.act = Act::kErase;
  ask.file = file;
  return ask;
}
inline Ask In(Ask ask, std::string_view file) {
  ask.file = file;
  return ask;
}

inline std::string Whole(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Every file of a directory: name below it → content.
inline std::map<std::string, std::string> AllFiles(const std::string& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) files[fs::relative(entry.path(), directory).string()] = Whole(entry.path());
  }
  return files;
}
// The files that hold the bytes.
inline std::vector<std::string> FilesWith(const std::string& directory, std::string_view bytes) {
  std::vector<std::string> names;
  for (const auto& [name, content] : AllFiles(directory)) {
    if (content.find(bytes) != std::string::npos) names.push_back(name);
  }
  return names;
}

// Reads every file once.
inline void ExpectNowhere(const std::string& directory, const std::multimap<std::string, std::string>& traces,
                          const std::string& when) {
  for (const auto& [name, content] : AllFiles(directory)) {
    for (const auto& [what, bytes] : traces) {
      EXPECT_EQ(content.find(bytes), std::string::npos) << when << ": " << what << " is left in " << name;
    }
  }
}

// The bytes of one column of the rows that a statement gives.
inline std::vector<std::string> Column(const std::string& path, store::Content content, const std::string& sql,
                                       std::string_view bind = {}) {
  std::vector<std::string> values;
  auto database = store::Database::Open(path, {.content = content, .read_only = true});
  EXPECT_TRUE(database.ok()) << (database.ok() ? "" : database.error().ToString());
  if (!database.ok()) return values;
  const auto read = (*database)->Read([&]() -> base::Result<void> {
    HIKAE_TRY(const auto query, (*database)->Ask(sql));
    if (!bind.empty()) query->BindBytes(1, bind);
    while (true) {
      HIKAE_TRY(const bool row, query->Step());
      if (!row) return {};
      values.emplace_back(query->Bytes(0));
    }
  });
  EXPECT_TRUE(read.ok()) << (read.ok() ? "" : read.error().ToString());
  return values;
}

inline base::Result<void> Change(const std::string& path, store::Content content, const std::string& sql,
                                 const std::vector<std::string>& bind) {
  HIKAE_TRY(const auto database, store::Database::Open(path, {.content = content}));
  return database->Write([&]() -> base::Result<void> {
    HIKAE_TRY(const auto query, database->Ask(sql));
    for (size_t i = 0; i < bind.size(); ++i) query->BindBytes(static_cast<int>(i + 1), bind[i]);
    HIKAE_CHECK(query->Step());
    return {};
  });
}

// All that the databases keep of a subject, by what it is.
inline std::multimap<std::string, std::string> TracesOf(const GateOffice& office, const vault::SubjectNumber& number) {
  const std::string raw(number.begin(), number.end()), hex = codec::Hex(number);
  std::multimap<std::string, std::string> traces{{"number", raw}, {"digits of the number", hex}};
  const auto add = [&](const char* name, store::Content content, const std::string& sql, const std::string& bind) {
    const std::string path = office.directory + (content == store::Content::kKeys ? "/keys.db" : "/hikae.db");
    for (auto& value : Column(path, content, sql, bind)) traces.emplace(name, std::move(value));
  };
  using store::Content;
  add("index value", Content::kOffice, "SELECT value FROM blind_index WHERE subject = $1", raw);
  add("sealed record", Content::kOffice,
      "SELECT b.body FROM record JOIN record_body b ON b.n = at WHERE record.subject = $1", raw);
  add("sealed history", Content::kOffice,
      "SELECT body FROM record_body WHERE subject = $1 AND n NOT IN (SELECT at FROM record)", raw);
  add("marks", Content::kOffice, "SELECT marks FROM subject_marks WHERE subject = $1", raw);
  add("lookup", Content::kKeys, "SELECT lookup FROM vault_subject WHERE number = $1", raw);
  add("sealed id", Content::kKeys, "SELECT sealed FROM vault_subject WHERE number = $1", raw);
  add("wrapped key", Content::kKeys, "SELECT wrapped FROM vault_subject_key WHERE subject = $1", raw);
  add("salt", Content::kKeys, "SELECT salt FROM person_key WHERE CAST(id AS BLOB) = $1", hex);
  add("detail key", Content::kKeys, "SELECT detail_key FROM person_key WHERE CAST(id AS BLOB) = $1", hex);
  return traces;
}

// Runs `work` in a process of its own; its exit code, or -1 when a signal ended it.
inline int InChild(const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    int code = 70;
    try {
      code = work();
    } catch (...) {
    }
    ::_exit(code);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

inline void ExpectSoundLog(const std::string& office) {
  base::Io& io = base::PosixIo();
  const std::string directory = office + "/log";
  const auto periods = log::ListPeriods(io, directory);
  ASSERT_TRUE(periods.ok());
  std::vector<std::unique_ptr<log::PeriodSource>> sources;
  std::vector<std::string> lists;
  log::verify::VerifyInput input;
  for (const log::Period& period : *periods) {
    auto source = log::PeriodSource::Open(io, directory, period.name);
    auto list = log::CheckpointFile::Read(io, directory + "/" + period.name);
    ASSERT_TRUE(source.ok() && list.ok());
    sources.push_back(*std::move(source));
    lists.push_back(*std::move(list));
  }
  for (size_t i = 0; i < sources.size(); ++i)
    input.periods.push_back({(*periods)[i].name, sources[i].get(), lists[i], {}});
  const auto verdict = log::verify::Verify(input);
  ASSERT_TRUE(verdict.ok()) << verdict.error().ToString();
  EXPECT_TRUE(verdict->sound()) << verdict->FirstBad()->text.en;
}

inline void ExpectAgreement(GateOffice& office) {
  const auto found = office.gate->CheckAgainstLog();
  ASSERT_TRUE(found.ok()) << found.error().ToString();
  for (const auto& one : *found) ADD_FAILURE() << one.file << ' ' << one.subject_number << ": " << one.text.en;
}

inline void PutOne(Session& session, std::string_view file, std::string_view subject,
                   std::vector<vault::Change::Set> set) {
  const Put put{subject, std::move(set)};
  const auto written = session.Write(In(Writing(), file), {&put, 1});
  ASSERT_TRUE(written.ok()) << written.error().ToString(base::Language::kJapanese);
}

inline vault::SubjectNumber NumberOf(GateOffice& office, std::string_view subject) {
  const auto number = office.gate->keys_past_the_rules().Find(subject);
  EXPECT_TRUE(number.ok() && *number) << subject;
  return number.ok() && *number ? **number : vault::SubjectNumber{};
}

}  // namespace hikae::gate

#endif  // HIKAE_TESTS_GATE_FAULT_OFFICE_H_
