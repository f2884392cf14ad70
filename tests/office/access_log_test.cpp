// The access log in use: names that can be forgotten, details that can be opened, checkpoints, periods.
#include "office/access_log.h"

#include <sys/stat.h>

#include <algorithm>

#include "log/dropped_period.h"
#include "log/period_source.h"
#include "office_log.h"

namespace hikae::office {

base::Result<log::verify::Verdict> OfficeLogTest::Verify() {
  base::Io& io = base::PosixIo();
  const std::string directory = (path_ / "log").string();
  HIKAE_TRY(const auto periods, log::ListPeriods(io, directory));
  HIKAE_TRY(const auto dropped, log::ListDropped(io, directory));
  std::vector<std::unique_ptr<log::PeriodSource>> sources;
  std::vector<std::string> lists;
  for (const log::Period& period : periods) {
    HIKAE_TRY(auto source, log::PeriodSource::Open(io, directory, period.name));
    HIKAE_TRY(auto list, log::CheckpointFile::Read(io, directory + "/" + period.name));
    sources.push_back(std::move(source));
    lists.push_back(std::move(list));
  }
  log::verify::VerifyInput input;
  for (const auto& gone : dropped) input.periods.push_back({gone.name, nullptr, gone.checkpoint, {}});
  for (size_t i = 0; i < periods.size(); ++i)
    input.periods.push_back({periods[i].name, sources[i].get(), lists[i], {}});
  std::sort(input.periods.begin(), input.periods.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return log::verify::Verify(input);
}

namespace {

TEST_F(OfficeLogTest, NamesSealsAndForgets) {
  const auto log = Create();
  ASSERT_NE(log, nullptr);
  const Act acts[] = {Read("職員-0042", "住民-7", R"({"画面":"面談記録"})"), Read("職員-0042", "", R"({"x":1})"),
                      Read("職員-0043", "住民-7")};
  const auto position = log->Append(acts);
  ASSERT_TRUE(position.ok()) << position.error().ToString();
  EXPECT_EQ(position->period, "2021");
  EXPECT_EQ(position->first, 1u);

  const auto entries = All(*log, "2021");
  ASSERT_EQ(entries.size(), 4u);
  EXPECT_EQ(entries[1].entry.time, now_);
  EXPECT_EQ(entries[1].entry.subject, entries[3].entry.subject);
  EXPECT_EQ(entries[1].entry.actor, entries[2].entry.actor);
  EXPECT_NE(entries[1].entry.actor, entries[3].entry.actor);
  EXPECT_EQ(log->NameOf("subject", *entries[1].entry.subject)->value_or(""), "住民-7");
  EXPECT_EQ(log->Find("actor", "職員-0042").value(), entries[1].entry.actor);
  EXPECT_EQ(log->OpenDetail(entries[1].stored())->value_or(""), R"({"画面":"面談記録"})");
  EXPECT_EQ(log->OpenDetail(entries[2].stored())->value_or(""), R"({"x":1})");
  EXPECT_FALSE(log->OpenDetail(entries[3].stored())->has_value());

  // The detail of one entry beside another does not open.
  Kept mixed = entries[2];
  mixed.leaf[10] ^= 1;  // the last byte of the time
  EXPECT_EQ(log->OpenDetail(mixed.stored()).error().status, Status::kTampered);

  EXPECT_TRUE(*log->ForgetPerson("subject", "住民-7"));
  EXPECT_FALSE(*log->ForgetPerson("subject", "住民-7"));
  EXPECT_FALSE(log->NameOf("subject", *entries[1].entry.subject)->has_value());
  EXPECT_FALSE(log->Find("subject", "住民-7")->has_value());
  EXPECT_FALSE(log->OpenDetail(entries[1].stored())->has_value());
  EXPECT_TRUE(log->OpenDetail(entries[2].stored())->has_value());
  ASSERT_TRUE(log->Append(acts).ok());
  EXPECT_NE(All(*log, "2021")[4].entry.subject, entries[1].entry.subject);
  ASSERT_TRUE(log->Close().ok());
  const auto verdict = Verify();
  ASSERT_TRUE(verdict.ok()) << verdict.error().ToString();
  EXPECT_TRUE(verdict->sound()) << verdict->FirstBad()->text.en;
  EXPECT_EQ(verdict->periods[0].signed_until, 7u);
}

TEST_F(OfficeLogTest, SaltForgottenElsewhereIsNotUsedAgain) {
  const auto one = Create();
  const auto other = Open();
  const Act act = Read("職員-0042", "住民-7");
  ASSERT_TRUE(one->Append({&act, 1}).ok());
  ASSERT_TRUE(other->Append({&act, 1}).ok());
  ASSERT_TRUE(*other->ForgetPerson("subject", "住民-7"));
  ASSERT_TRUE(one->Append({&act, 1}).ok());
  const auto entries = All(*one, "2021");
  ASSERT_EQ(entries.size(), 4u);
  EXPECT_EQ(entries[1].entry.subject, entries[2].entry.subject);
  EXPECT_NE(entries[1].entry.subject, entries[3].entry.subject);
  EXPECT_FALSE(one->NameOf("subject", *entries[1].entry.subject)->has_value());
}

TEST_F(OfficeLogTest, ASaltForgottenElsewhereIsNotUsedForPlainActsEither) {
  const auto one = Create();
  const auto other = Open();
  const Act act = Read("職員-0042", "住民-7");
  const AccessLog::PlainAct plain{&act.entry, "住民-7"};
  const auto subject = [&](AccessLog& log) {
    std::vector<AccessLog::Sealed> sealed;
    EXPECT_TRUE(log.SealPlain("職員-0042", {&plain, 1}, sealed).ok());
    return *log::DecodeEntry(sealed.at(0).leaf)->subject;
  };
  const auto first = subject(*one);
  EXPECT_EQ(subject(*other), first);
  // Somebody new is no reason to forget, but what is forgotten counts at once, here and there.
  const Act another = Read("職員-0042", "住民-8");
  ASSERT_TRUE(other->Append({&another, 1}).ok());
  EXPECT_EQ(subject(*one), first);
  ASSERT_TRUE(*other->ForgetPerson("subject", "住民-7"));
  const auto second = subject(*one);
  EXPECT_NE(second, first);
  EXPECT_EQ(subject(*other), second);
  ASSERT_TRUE(*one->ForgetPerson("subject", "住民-7"));
  const auto third = subject(*one);
  EXPECT_NE(third, second);
  EXPECT_EQ(subject(*other), third);
}

TEST_F(OfficeLogTest, CheckpointSaysWhatIsThere) {
  const auto log = Create();
  const Act act = Read("職員-0042", "住民-7");
  ASSERT_TRUE(log->Append({&act, 1}).ok());
  const auto note = log->Checkpoint();
  ASSERT_TRUE(note.ok()) << note.error().ToString();
  const auto checkpoint = log::SignedCheckpoint::Parse(*note);
  EXPECT_EQ(checkpoint->head.size, 2u);
  EXPECT_EQ(checkpoint->head.origin, "hikae.example/江戸川/2021");
  EXPECT_EQ(log::VerifyNote(checkpoint->note, {*log->Key()})->size(), 1u);
  EXPECT_EQ(*log->Checkpoint(), *note) << "nothing is new";
}

TEST_F(OfficeLogTest, KeysAreTheirOwnersOnly) {
  const auto log = Create();
  struct stat info {};
  ASSERT_EQ(::stat((path_ / "keys.db").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

}  // namespace
}  // namespace hikae::office
