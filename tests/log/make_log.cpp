// Makes the log of a small office, for tests of what reads logs: two fiscal years, a change of keys in the second,
// refusals, sealed details, and keys that everybody knows.
//   make_log OFFICE [READS] [checkpoint-every]
// prints the verifier key of each period's first epoch, one a line.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "crypto/pseudonym.h"
#include "log/append/log_writer.h"
#include "log/append/sequencer.h"
#include "log/entry.h"
#include "log/note.h"
#include "log/periods.h"
#include "log/sign/checkpoint_file.h"

namespace hikae::log {
namespace {

constexpr char kOffice[] = "hikae.example/江戸川";
constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kBegin = 1'617'202'800 * kSecond;     // 2021-04-01 00:00 in Japan
constexpr int64_t kNextYear = 1'648'738'800 * kSecond;  // 2022-04-01
constexpr int64_t kHour = 3'600 * kSecond;

crypto::SigningKey KeyOf(uint8_t n) {
  crypto::Seed seed{};
  seed.fill(n);
  return crypto::SigningKey::FromSeed(seed);
}

template <class T>
T Must(base::Result<T> result) {
  if (result.ok()) return std::move(result).value();
  std::fprintf(stderr, "make_log: %s\n", result.error().ToString().c_str());
  std::exit(1);
}
void Must(base::Result<void> result) {
  if (result.ok()) return;
  std::fprintf(stderr, "make_log: %s\n", result.error().ToString().c_str());
  std::exit(1);
}

crypto::Pseudonym Person(const char* kind, const std::string& id) {
  crypto::Salt salt{};
  for (size_t i = 0; i < salt.size(); ++i) salt[i] = static_cast<uint8_t>(id[i % id.size()]);
  return crypto::MakePseudonym(salt, kind, id);
}

class Maker {
 public:
  Maker(base::Io& io, std::string directory) : io_(io), directory_(std::move(directory)) {}

  void Begin(const std::string& period, const std::string& previous) {
    Entry begun;
    begun.type = EntryType::kPeriodBegun;
    begun.time = time_;
    begun.origin = OriginOf(kOffice, period);
    begun.previous = previous;
    origin_ = begun.origin;
    begun.key = VKey().ToString();
    std::printf("%s\n", begun.key.c_str());
    const auto leaf = Must(EncodeEntry(begun));
    if (writer_) {
      Must(writer_->BeginPeriod(period, [&](const LogHead&) { return base::Result<std::vector<uint8_t>>(leaf); }));
    } else {
      Must(CreateLog(io_, directory_, kOffice, period, leaf));
      writer_ = Must(LogWriter::Open(io_, directory_, {}));
    }
    file_.emplace(Must(CheckpointFile::Open(&io_, directory_ + "/" + period, {})));
  }

  void Add(const Entry& entry, const std::vector<uint8_t>& detail = {}) {
    const auto leaf = Must(EncodeEntry(entry));
    const NewEntry added{leaf, detail};
    Must(writer_->Append(std::span(&added, 1)));
  }

  void Read(uint64_t n) {
    Entry entry;
    entry.type = n % 5 == 4 ? EntryType::kSearched : EntryType::kRead;
    entry.time = time_ += 7 * kHour;
    entry.actor = Person("actor", n % 2 == 0 ? "職員-0042" : "職員-0007");
    entry.handling = n % 3 == 0 ? "hikikomori" : "消費生活相談";
    entry.ground = "条例第12条第1項";
    entry.file = "相談記録";
    entry.items = {"氏名", "健康状態"};
    entry.decision = n % 4 == 3 ? Decision::kRefused : Decision::kAllowed;
    entry.rules = {"edo21.read.roster"};
    if (entry.type == EntryType::kSearched) {
      entry.count = n;
      return Add(entry);
    }
    entry.subject = Person("subject", "住民-" + std::to_string(n % 7));
    const std::vector<uint8_t> detail = {0xDE, 0xAD, static_cast<uint8_t>(n)};
    entry.detail = crypto::Sha256Of(detail);
    Add(entry, detail);
  }

  std::string Sign() {
    const LogHead head = writer_->head();
    Note note{Checkpoint{origin_, head.size, head.root, {}}.ToString(), {}};
    note.signatures.push_back(SignNote(note.text, origin_, KeyOf(key_)));
    Must(file_->Put(note.ToString(), time_, true));
    return note.ToString();
  }

  void ChangeKey(uint8_t key) {
    Entry entry;
    entry.type = EntryType::kKeyAnnounced;
    entry.time = time_ += kHour;
    entry.key = VerifierKey{origin_, KeyKind::kEd25519, KeyOf(key).public_key()}.ToString();
    Add(entry);
    Sign();
    key_ = key;
  }

  void At(int64_t time) { time_ = time; }
  void Close() { Must(writer_->Close()); }

 private:
  VerifierKey VKey() const { return {origin_, KeyKind::kEd25519, KeyOf(key_).public_key()}; }

  base::Io& io_;
  std::string directory_;
  std::string origin_;
  uint8_t key_ = 1;
  int64_t time_ = kBegin;
  std::unique_ptr<LogWriter> writer_;
  std::optional<CheckpointFile> file_;
};

void Make(const std::string& office, uint64_t reads, uint64_t every) {
  base::Io& io = base::PosixIo();
  Must(io.MakeDirectory(office));
  Maker maker(io, office + "/log");
  maker.Begin("2021", "");
  for (uint64_t n = 0; n < reads; ++n) {
    maker.Read(n);
    if ((n + 1) % every == 0) maker.Sign();
  }
  const std::string last = maker.Sign();
  maker.At(kNextYear);
  maker.Begin("2022", last);
  for (uint64_t n = 0; n < reads; ++n) {
    maker.Read(n);
    if ((n + 1) % every == 0) maker.Sign();
    if (n == reads / 2) maker.ChangeKey(2);
  }
  maker.Sign();
  maker.Close();
}

}  // namespace
}  // namespace hikae::log

int main(int argc, char** argv) {
  if (argc < 2 || argc > 4) return 2;
  hikae::log::Make(argv[1], argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 10,
                   argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 4);
}
