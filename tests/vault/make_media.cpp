// Writes an export of households, for tests of what reads it and for measuring.
//   make_media DIRECTORY NAME FORM ARMOR COUNT [PASSPHRASE]      FORM: jsonl, csv, csv-bom; ARMOR: binary, armored
// Prints the key that signed it and the identity that opens it. With COUNT and HIKAE_MEASURE set, also the seconds that
// writing and reading took, records made beforehand.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "vault/media_fixture.h"

namespace hikae::vault {
namespace {

double Seconds(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

Result<void> Measure(const std::string& directory, const MediaPlan& plan, const Signing& signing,
                     const age::Reader::Secrets& secrets, const std::string& name, uint64_t count) {
  std::vector<OwnedRecord> owned;
  std::vector<MediaRecord> records;
  for (uint64_t n = 0; n < count; ++n) owned.push_back(Household(n));
  for (const OwnedRecord& record : owned) records.push_back(record.View());
  auto begin = std::chrono::steady_clock::now();
  HIKAE_TRY(MediaWriter writer, MediaWriter::Begin(base::PosixIo(), directory, name, plan));
  for (const MediaRecord& record : records) HIKAE_CHECK(writer.Add(record));
  HIKAE_TRY(const Manifest manifest, writer.Finish({"2021", 1}, signing.Signer()));
  const double writing = Seconds(begin);
  begin = std::chrono::steady_clock::now();
  HIKAE_TRY(MediaReader reader, MediaReader::Open(base::PosixIo(), directory, name, {signing.known()}, secrets));
  const double opening = Seconds(begin);
  for (MediaRecord record;;) {
    HIKAE_TRY(const bool more, reader.Next(record));
    if (!more) break;
  }
  std::printf("plain MB %.1f writing %.3f s opening %.3f s, with reading %.3f s\n",
              static_cast<double>(manifest.plain_bytes) / 1e6, writing, opening, Seconds(begin));
  return {};
}

int Run(int argc, char** argv) {
  if (argc < 6) return 2;
  const std::string form = argv[3];
  const age::Identity identity = Receiver();
  MediaPlan plan = PlanFor(form == "jsonl" ? MediaForm::kJsonLines
                           : form == "csv" ? MediaForm::kCsv
                                           : MediaForm::kCsvMarked,
                           {identity.recipient()});
  plan.armor = std::string(argv[4]) == "armored" ? age::Form::kArmored : age::Form::kBinary;
  if (argc > 6) {
    plan.recipients.clear();
    plan.passphrase = argv[6];
    plan.work_factor = kQuick;
  }
  const Signing signing;
  const uint64_t count = std::strtoull(argv[5], nullptr, 10);
  const age::Reader::Secrets secrets{{&identity, 1}, {}, age::kMaxWorkFactor};
  Result<void> done;
  if (std::getenv("HIKAE_MEASURE") != nullptr) {
    done = Measure(argv[1], plan, signing, secrets, argv[2], count);
  } else if (const auto manifest = WriteExport(base::PosixIo(), argv[1], plan, count, signing, argv[2]);
             !manifest.ok()) {
    done = manifest.error();
  }
  if (!done.ok()) return std::fprintf(stderr, "%s\n", done.error().ToString().c_str()), 1;
  std::printf("%s\n%s\n", signing.known().ToString().c_str(), identity.SecretText().c_str());
  return 0;
}

}  // namespace
}  // namespace hikae::vault

int main(int argc, char** argv) { return hikae::vault::Run(argc, argv); }
