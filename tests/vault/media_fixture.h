// Exports to be written and read in tests: names as they are on real forms, a key of the log, what is expected.
#ifndef HIKAE_TESTS_VAULT_MEDIA_FIXTURE_H_
#define HIKAE_TESTS_VAULT_MEDIA_FIXTURE_H_

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "io/sim_io.h"
#include "vault/media/media_reader.h"
#include "vault/media/media_writer.h"

namespace hikae::vault {

namespace age = crypto::age;
using base::Result;
using base::Status;

inline constexpr char kOffice[] = "hikae.example/江戸川";
inline constexpr char kMedium[] = "medium";  // a directory
inline constexpr char kName[] = "給付金-2021-05";
inline constexpr uint32_t kQuick = 10;  // work factor, so that tests do not wait

// Owned, as a record is when it must outlive the reader's next step.
struct OwnedRecord {
  std::string subject;
  uint64_t version = 0;
  std::vector<std::tuple<std::string, std::string, bool>> items;
  explicit OwnedRecord(const MediaRecord& record) : subject(record.subject), version(record.version) {
    for (const MediaValue& value : record.items) items.emplace_back(value.item, value.value, value.blob);
  }
  OwnedRecord() = default;
  MediaRecord View() const {
    MediaRecord record{subject, version, {}};
    for (const auto& [item, value, blob] : items) record.items.push_back({item, value, blob});
    return record;
  }
  friend bool operator==(const OwnedRecord&, const OwnedRecord&) = default;
};

inline MediaContent Households(MediaForm form) {
  return {kOffice,
          "benefit",
          "households",
          {{"氏名", false}, {"フリガナ", false}, {"住所", false}, {"備考", false}, {"署名画像", true}, {"金額", false}},
          form};
}

// The n-th household. Among them: 外字 (private use), variation sequences, half-width kana, values with line feeds,
// quotes and commas, empty ones, none at all.
inline OwnedRecord Household(uint64_t n) {
  static const std::array<std::string, 8> kNames = {
      "渡邉󠄂 太郎",  // with U+E0102
      "\uE000田 花子",      "葛󠄀城 󠄁次郎",     "髙橋 﨑子",      "ｻﾄｳ ﾀﾞｲｽｹ",
      "𠮷野 家󠄃光", "ニコラス・\"ニック\", Jr.", "= 辻\uF8FF 一郎"};
  OwnedRecord record;
  record.subject = "宛名-" + std::to_string(1'000'000 + n);
  record.version = 1 + n % 3;
  record.items = {{"氏名", kNames[n % kNames.size()], false}, {"フリガナ", "ﾜﾀﾅﾍﾞ ﾀﾛｳ " + std::to_string(n), false}};
  if (n % 5 != 0)
    record.items.emplace_back("住所", "江戸川区中央一丁目4番1号\n区役所内, \"第二庁舎\" " + std::to_string(n), false);
  if (n % 7 == 0) record.items.emplace_back("備考", n % 2 == 0 ? "" : "-1,\\n\\\"", false);
  if (n % 11 == 3)
    record.items.emplace_back("署名画像", std::string("\0\r\n\",\xFF\xFE", 7) + std::string(n % 40, 'x'), true);
  if (n % 13 == 0) record.items.emplace_back("金額", std::to_string(50'000 * (n % 4)), false);
  if (n % 101 == 100) record.items.clear();
  return record;
}

inline crypto::SigningKey LogKey(uint8_t fill = 1) {
  crypto::Seed seed;
  seed.fill(fill);
  return crypto::SigningKey::FromSeed(seed);
}

// A key of the office's log in a period, as it signs and as others know it.
class Signing {
 public:
  explicit Signing(const std::string& name = std::string(kOffice) + "/2021", uint8_t fill = 1)
      : key_(LogKey(fill)), known_{name, log::KeyKind::kEd25519, key_.public_key()} {}
  const log::VerifierKey& known() const { return known_; }
  MediaSigner Signer() const {
    return {known_, [this](const std::string& text) -> Result<log::NoteSignature> { return Sign(text); }};
  }
  log::NoteSignature Sign(const std::string& text) const { return log::SignNote(text, known_.name, key_); }
  std::string Note(const std::string& text) const { return log::Note{text, {Sign(text)}}.ToString(); }

 private:
  crypto::SigningKey key_;
  log::VerifierKey known_;
};

inline age::Identity Receiver(uint8_t fill = 'B') {
  static const std::array<const char*, 2> kSecrets = {
      "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX", ""};
  if (fill == 'B') return *age::Identity::Parse(kSecrets[0]);
  return age::Identity::Generate();
}

inline MediaPlan PlanFor(MediaForm form, const std::vector<age::Recipient>& recipients) {
  MediaPlan plan;
  plan.content = Households(form);
  plan.recipients = recipients;
  plan.medium = "USB-2021-014";
  plan.handover = "受渡-2021-0032";
  plan.approval = "承認-2021-0107";
  plan.made_at = 1'621'472'400'000'000;
  plan.actor.fill(0x9B);
  return plan;
}

// Writes the first `count` households.
inline Result<Manifest> WriteExport(base::Io& io, const std::string& directory, const MediaPlan& plan, uint64_t count,
                                    const Signing& signing, const std::string& name = kName) {
  HIKAE_TRY(MediaWriter writer, MediaWriter::Begin(io, directory, name, plan));
  for (uint64_t n = 0; n < count; ++n) HIKAE_CHECK(writer.Add(Household(n).View()));
  return writer.Finish({"2021", 12'345}, signing.Signer());
}

// Reads it all; an error when it does not end as it should.
inline Result<std::vector<OwnedRecord>> ReadExport(base::Io& io, const std::string& directory,
                                                   const std::vector<log::VerifierKey>& keys,
                                                   const age::Reader::Secrets& secrets,
                                                   const std::string& name = kName) {
  HIKAE_TRY(MediaReader reader, MediaReader::Open(io, directory, name, keys, secrets));
  std::vector<OwnedRecord> records;
  for (MediaRecord record;;) {
    HIKAE_TRY(const bool more, reader.Next(record));
    if (!more) return records;
    records.emplace_back(record);
  }
}

// How often the first households come out of place, in number or in content.
inline size_t Differences(const std::vector<OwnedRecord>& records, uint64_t count) {
  size_t different = records.size() > count ? records.size() - count : count - records.size();
  for (uint64_t n = 0; n < std::min<uint64_t>(count, records.size()); ++n)
    different += records[n] == Household(n) ? 0 : 1;
  return different;
}

// A medium in memory, an office's key and a receiver.
class Media : public testing::Test {
 protected:
  Media() {
    EXPECT_TRUE(io_.MakeDirectory(kMedium).ok());
    EXPECT_TRUE(io_.SyncDirectory("").ok());
  }
  age::Reader::Secrets Secrets() const { return {{&identity_, 1}, {}, age::kMaxWorkFactor}; }
  MediaPlan Plan(MediaForm form = MediaForm::kJsonLines) const { return PlanFor(form, {identity_.recipient()}); }
  std::vector<log::VerifierKey> Keys() const { return {signing_.known()}; }
  std::vector<std::string> Names() { return *io_.List(kMedium); }
  void Write(const MediaPlan& plan, uint64_t count) {
    const auto manifest = WriteExport(io_, kMedium, plan, count, signing_);
    ASSERT_TRUE(manifest.ok()) << manifest.error().ToString();
    EXPECT_EQ(manifest->records, count);
  }
  base::Error Refusal(const std::vector<log::VerifierKey>& keys, const age::Reader::Secrets& secrets) {
    const auto read = ReadExport(io_, kMedium, keys, secrets);
    if (!read.ok()) return read.error();
    ADD_FAILURE() << "it was read";
    return {};
  }

  const age::Identity identity_ = Receiver();
  const Signing signing_;
  test::SimIo io_;
};

}  // namespace hikae::vault

#endif  // HIKAE_TESTS_VAULT_MEDIA_FIXTURE_H_
