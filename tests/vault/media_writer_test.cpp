// What is not written: plans, names and records that are refused, and every failure of the disk.
#include <map>

#include "log/every_nth.h"
#include "vault/media_fixture.h"

namespace hikae::vault {
namespace {

using test::Fault;
using test::Op;
using test::SimIo;

class MediaWriting : public Media {
 protected:
  void RefusedPlan(const MediaPlan& plan, const std::string& name = kName, Status status = Status::kArgument) {
    const auto writer = MediaWriter::Begin(io_, kMedium, name, plan);
    ASSERT_FALSE(writer.ok());
    EXPECT_EQ(writer.error().status, status);
    EXPECT_FALSE(writer.error().text.ja.empty());
  }
  // Adds a good record, then `record`: refused, and nothing is left.
  base::Error RefusedRecord(const MediaRecord& record) {
    base::Error error;
    {
      auto writer = MediaWriter::Begin(io_, kMedium, kName, Plan());
      EXPECT_TRUE(writer.ok() && writer->Add(Household(0).View()).ok());
      const auto added = writer->Add(record);
      EXPECT_FALSE(added.ok());
      if (!added.ok()) error = added.error();
      EXPECT_FALSE(writer->Add(Household(1).View()).ok()) << "an export that lacks a record is none";
      EXPECT_FALSE(writer->Finish({"2021", 1}, signing_.Signer()).ok());
    }
    EXPECT_TRUE(Names().empty());
    EXPECT_FALSE(error.text.ja.empty());
    return error;
  }
};

TEST_F(MediaWriting, PlansAndNamesThatAreNone) {
  for (const char* name : {"", ".hidden", "a/b", "a\nb"}) RefusedPlan(Plan(), name);
  RefusedPlan(Plan(), std::string(101, 'a'));
  RefusedPlan(PlanFor(MediaForm::kCsv, {}));
  MediaPlan plan = Plan();
  plan.passphrase = "both";
  RefusedPlan(plan);
  const std::vector<std::function<void(MediaPlan&)>> faults = {
      [](MediaPlan& p) { p.content.office.clear(); },
      [](MediaPlan& p) { p.content.office = "江戸川 区"; },
      [](MediaPlan& p) { p.content.office = "a+b"; },
      [](MediaPlan& p) { p.content.file = "a\nb"; },
      [](MediaPlan& p) { p.content.handling = std::string(256, 'x'); },
      [](MediaPlan& p) { p.content.items.clear(); },
      [](MediaPlan& p) {
        p.content.items.resize(1'001, {"x", false});
      },
      [](MediaPlan& p) { p.content.items.push_back(p.content.items[0]); },
      [](MediaPlan& p) { p.content.items[0].item = "\xC2\x85"; },
      [](MediaPlan& p) { p.medium = "\xFF"; },
      [](MediaPlan& p) { p.made_at = -1; },
      [](MediaPlan& p) { p.made_at = INT64_MAX; },
      [](MediaPlan& p) { p.recipients.resize(65, p.recipients[0]); }};
  for (const auto& fault : faults) {
    MediaPlan bad = Plan();
    fault(bad);
    RefusedPlan(bad);
  }
  EXPECT_TRUE(Names().empty());
}

TEST_F(MediaWriting, ANameIsUsedOnce) {
  Write(Plan(), 1);
  RefusedPlan(Plan(), kName, Status::kExists);
  io_.SetBytes(std::string(kMedium) + "/half.age", {1, 2, 3});
  RefusedPlan(Plan(), "half", Status::kExists);
  EXPECT_EQ(io_.Bytes(std::string(kMedium) + "/half.age")->size(), 3u);
  EXPECT_EQ(Names().size(), 3u);
}

TEST_F(MediaWriting, TwoAtATime) {
  auto first = MediaWriter::Begin(io_, kMedium, kName, Plan());
  ASSERT_TRUE(first.ok());
  RefusedPlan(Plan(), kName, Status::kBusy);
  ASSERT_TRUE(first->Finish({"2021", 1}, signing_.Signer()).ok());
  EXPECT_TRUE(ReadExport(io_, kMedium, Keys(), Secrets()).ok());
}

TEST_F(MediaWriting, WhatACutOffWriterLeftIsOverwritten) {
  io_.SetBytes(std::string(kMedium) + "/" + kName + ".age.new", std::vector<uint8_t>(100'000, 1));
  io_.SetBytes(std::string(kMedium) + "/" + kName + ".manifest.new", std::vector<uint8_t>(100'000, 1));
  Write(Plan(), 1);
  EXPECT_EQ(Names().size(), 2u);
  EXPECT_TRUE(ReadExport(io_, kMedium, Keys(), Secrets()).ok());
}

TEST_F(MediaWriting, RecordsThatAreNone) {
  const std::string secret = "渡邉\x07太郎";
  const std::vector<MediaRecord> records = {
      {"", 1, {}},
      {"1", 0, {}},
      {"a\nb", 1, {}},
      {std::string_view("\xFF"), 1, {}},
      {"1", 1, {{"続柄", "妻", false}}},
      {"1", 1, {{"氏名", "甲", false}, {"住所", "乙", false}, {"氏名", "丙", false}}},
      {"1", 1, {{"氏名", "甲", true}}},
      {"1", 1, {{"署名画像", "甲", false}}},
      {"1", 1, {{"氏名", secret, false}}},
      {"1", 1, {{"氏名", "\xE6\xB8", false}}}};
  for (const MediaRecord& record : records) {
    const base::Error error = RefusedRecord(record);
    EXPECT_EQ(error.status, Status::kArgument);
    for (const base::Language language : {base::Language::kEnglish, base::Language::kJapanese})
      for (const char* value : {"渡邉", "甲", "丙", "妻"})
        EXPECT_EQ(error.ToString(language).find(value), std::string::npos);
  }
  if (log::EveryNth(2) > 1) return;                     // a sanitizer takes a minute over what follows
  const std::string large(kMaxMediaLine / 4 * 3, 'x');  // its base64 is as long as a line may be
  EXPECT_EQ(RefusedRecord({"1", 1, {{"署名画像", large, true}}}).status, Status::kArgument);
  const std::string larger(kMaxMediaLine + 1, 'x');
  EXPECT_EQ(RefusedRecord({"1", 1, {{"氏名", larger, false}}}).status, Status::kArgument);
}

TEST_F(MediaWriting, ASignerThatFailsOrSignsByAnotherKey) {
  const Signing other(signing_.known().name, 9), next(std::string(kOffice) + "/2022", 1);
  const std::vector<MediaSigner> signers = {
      {signing_.known(),
       [](const std::string&) -> Result<log::NoteSignature> {
         return base::Error(Status::kLocked, base::Text{"locked", "施錠中"});
       }},
      {signing_.known(), [&](const std::string& text) -> Result<log::NoteSignature> { return other.Sign(text); }},
      {signing_.known(),
       [&](const std::string& text) -> Result<log::NoteSignature> { return signing_.Sign(text + "\n"); }},
      next.Signer()};
  for (const MediaSigner& signer : signers) {
    auto writer = MediaWriter::Begin(io_, kMedium, kName, Plan());
    ASSERT_TRUE(writer.ok() && writer->Add(Household(0).View()).ok());
    EXPECT_FALSE(writer->Finish({"2021", 1}, signer).ok());
    EXPECT_TRUE(Names().empty());
  }
}

TEST_F(MediaWriting, OneThatIsGivenUpLeavesNothing) {
  { ASSERT_TRUE(MediaWriter::Begin(io_, kMedium, kName, Plan())->Add(Household(0).View()).ok()); }
  EXPECT_TRUE(Names().empty());
}

// ---- faults ----
constexpr uint64_t kSmall = 40;

std::unique_ptr<SimIo> FreshMedium() {
  auto io = std::make_unique<SimIo>();
  EXPECT_TRUE(io->MakeDirectory(kMedium).ok() && io->SyncDirectory("").ok());
  return io;
}

// No manifest without its file, and what has both is whole.
void IsWholeOrNothing(SimIo& io, const std::vector<log::VerifierKey>& keys, const age::Reader::Secrets& secrets) {
  const auto names = *io.List(kMedium);
  const auto has = [&](const std::string& suffix) {
    return std::find(names.begin(), names.end(), kName + suffix) != names.end();
  };
  if (!has(".manifest")) return;
  const auto records = ReadExport(io, kMedium, keys, secrets);
  ASSERT_TRUE(records.ok()) << records.error().ToString();
  EXPECT_EQ(Differences(*records, kSmall), 0u);
}

TEST_F(MediaWriting, EveryOperationFails) {
  for (const Fault fault : {Fault::kFail, Fault::kFailHalf, Fault::kShort}) {
    size_t failures = 0;
    for (uint64_t n = 0;; ++n) {
      const auto io = FreshMedium();
      const uint64_t before = io->operations();
      io->SetPlan([&](uint64_t at, Op, const std::string&) { return at == before + n ? fault : Fault::kNone; });
      const auto manifest = WriteExport(*io, kMedium, Plan(), kSmall, signing_);
      const bool reached = io->operations() > before + n;
      io->SetPlan({});
      if (manifest.ok()) {
        EXPECT_EQ(Differences(*ReadExport(*io, kMedium, Keys(), Secrets()), kSmall), 0u);
      } else {
        ++failures;
        EXPECT_EQ(manifest.error().status, Status::kIo) << manifest.error().ToString();
        EXPECT_TRUE(io->List(kMedium)->empty()) << "operation " << n << " left something";
      }
      if (!reached) break;
    }
    EXPECT_TRUE(fault == Fault::kShort || failures >= 10) << failures;
  }
}

TEST_F(MediaWriting, FromSomeOperationOnAllFail) {
  for (uint64_t n = 0;; ++n) {
    const auto io = FreshMedium();
    const uint64_t before = io->operations();
    io->SetPlan([&](uint64_t at, Op, const std::string&) { return at >= before + n ? Fault::kFail : Fault::kNone; });
    const auto manifest = WriteExport(*io, kMedium, Plan(), kSmall, signing_);
    io->SetPlan({});
    IsWholeOrNothing(*io, Keys(), Secrets());
    if (manifest.ok()) break;
  }
}

TEST_F(MediaWriting, ThePowerGoesAtEveryOperation) {
  std::map<size_t, size_t> left;  // files of final names → how often
  for (uint64_t n = 0;; ++n) {
    const auto io = FreshMedium();
    const uint64_t before = io->operations();
    io->SetPlan(
        [&](uint64_t at, Op, const std::string&) { return at == before + n ? Fault::kPowerOff : Fault::kNone; });
    const auto manifest = WriteExport(*io, kMedium, Plan(), kSmall, signing_);
    for (uint64_t seed = 0; seed < 12; ++seed) {
      const auto after = io->AfterPowerCut(seed);
      IsWholeOrNothing(*after, Keys(), Secrets());
      const auto names = *after->List(kMedium);
      const auto count = static_cast<size_t>(std::count_if(names.begin(), names.end(), [](const std::string& name) {
        return name.ends_with(".age") || name.ends_with(".manifest");
      }));
      ++left[count];
      EXPECT_TRUE(!manifest.ok() || count == 2) << "an acknowledged export is there";
    }
    if (manifest.ok()) break;
  }
  EXPECT_GT(left[0], 20u);
  EXPECT_GT(left[1], 0u) << "an age file without its manifest";
  EXPECT_GT(left[2], 0u);
}

TEST_F(MediaWriting, EveryOperationOfReadingFails) {
  Write(Plan(), kSmall);
  for (const Fault fault : {Fault::kFail, Fault::kShort}) {
    size_t failures = 0;
    for (uint64_t n = 0;; ++n) {
      const uint64_t before = io_.operations();
      io_.SetPlan([&](uint64_t at, Op, const std::string&) { return at == before + n ? fault : Fault::kNone; });
      const auto records = ReadExport(io_, kMedium, Keys(), Secrets());
      const bool reached = io_.operations() > before + n;
      io_.SetPlan({});
      if (records.ok()) {
        EXPECT_EQ(Differences(*records, kSmall), 0u);
      } else {
        ++failures;
        EXPECT_EQ(records.error().status, Status::kIo) << records.error().ToString();
      }
      if (!reached) break;
    }
    EXPECT_EQ(failures > 0, fault == Fault::kFail);
  }
}

}  // namespace
}  // namespace hikae::vault
