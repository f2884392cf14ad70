// Stopped, or without power, at every write of an export: a medium is whole, or nobody takes it for one, and what lies
// on it is told of in the log.
#include "gate/stop_office.h"
#include "vault/media/media_reader.h"

namespace hikae::gate {
namespace {

using test::kStopped;

TEST_P(Stop, OfAnExportAtEveryPlace) {
  {
    const auto session = office_.Begin();
    for (const char* who : {"宛名-1", "宛名-2", "宛名-3"})
      PutOne(*session, kDue, who, {{"氏名漢字", "髙橋󠄁 花子"}});
  }
  std::vector<crypto::age::Identity> identities;
  identities.push_back(crypto::age::Identity::Generate());
  const auto key = *(*office_.office->log())->Key();
  office_.PlanHandover("受渡-1");
  MediaTarget target;
  target.handover = "受渡-1";
  target.directory = office_.directory + "_medium";
  target.recipients = {identities[0].recipient().ToString()};
  Ask ask;
  ask.act = Act::kExport;
  ask.file = kDue;
  ask.items = kNameAndHome;
  ask.medium = "electronic";
  // How many records a receiver gets of the medium; nothing when it is refused.
  const auto received = [&]() -> std::optional<uint64_t> {
    auto reader = vault::MediaReader::Open(base::PosixIo(), target.directory, target.name, {key},
                                           {.identities = identities, .passphrase = {}});
    if (!reader.ok()) return std::nullopt;
    uint64_t records = 0;
    for (vault::MediaRecord record;; ++records) {
      const auto more = reader->Next(record);
      if (!more.ok()) return std::nullopt;
      if (!*more) return records;
    }
  };
  size_t stopped = 0, whole = 0, said_not_done = 0;
  for (long n = 0;; ++n) {
    fs::remove_all(target.directory);
    fs::create_directory(target.directory);
    target.name = "持出し" + std::to_string(n);
    const size_t told = CountEntries("exported allowed 1"), ended = CountEntries("write ended");
    const int code = StoppedAt(n, [&](GateOffice& office) {
      const auto session = office.Begin();
      return session != nullptr && Acknowledged(session->Export(ask, {}, target).ok());
    });
    ASSERT_TRUE(code == 0 || code == kStopped) << n << ": " << code;
    const auto records = received();
    EXPECT_TRUE(!records || *records == 3) << n << ": " << *records;
    if (acknowledged() == 1) {
      EXPECT_TRUE(records) << n;
    }
    whole += records ? 1 : 0;
    office_.Reopen();
    ASSERT_NE(office_.gate, nullptr) << n;
    ExpectAgreement(office_);
    // Every record that lies there, sealed, is told of; and what was told stands.
    size_t lies_there = 0;
    for (const auto& [name, bytes] : AllFiles(target.directory)) {
      EXPECT_EQ(bytes.find("髙橋"), std::string::npos);
      lies_there = std::max(lies_there, bytes.size());
    }
    const size_t now = CountEntries("exported allowed 1");
    EXPECT_TRUE(now == told || now == told + 3) << n;
    if (records || lies_there > 0) {
      EXPECT_EQ(now, told + 3) << n;
    }
    said_not_done += CountEntries("write ended") > ended ? 1 : 0;
    // Another name, and it goes well.
    if (n % 8 == 0) {
      target.name += "再";
      const auto again = office_.Begin()->Export(ask, {}, target);
      ASSERT_TRUE(again.ok()) << again.error().ToString();
      EXPECT_EQ(received(), 3u) << n;
    }
    if (code == 0) break;
    ++stopped;
  }
  Print("export", stopped, fmt::format("{} media whole, of {} the outcome is told", whole, said_not_done));
  EXPECT_GT(stopped, 6u);
  fs::remove_all(target.directory);
  office_.Close();
  ExpectSoundLog(office_.directory);
}

}  // namespace
}  // namespace hikae::gate
