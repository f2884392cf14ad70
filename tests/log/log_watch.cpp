// Those who look at a log while others write it, for tests that run several of each. Entries are those of log_hammer.
//   log_watch make DIR                a log of the period 2021 whose first entry names the key it is signed with; tells
//                                     the verifier key
//   log_watch sign DIR UNTIL          signs whenever there are 1,000 more, until so many are signed; tells "signed
//   SIZE" log_watch verify DIR KEY UNTIL    checks the whole log again and again, until so many entries are there and
//   signed;
//                                     tells "checked ENTRIES SIGNED" for each time; ends with 1 at the first fault
//   log_watch order DIR ACKED         every thread's entries stand in its order without a gap, and what the file ACKED
//                                     says ("WRITER.THREAD N FIRST" a line) is there; tells "WRITER.THREAD COUNT"
//   log_watch vectors DIR             what verify.go reads: leaves with proofs, growth from a checkpoint kept on the
//   way
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <set>

#include "codec/base64.h"
#include "log/append/sequencer.h"
#include "log/entry.h"
#include "log/period_source.h"
#include "log/periods.h"
#include "log/sign/checkpoint_file.h"
#include "log/sign/epoch_signer.h"
#include "log/verify/verifier.h"

using namespace hikae;
using namespace hikae::log;
using base::Result;

namespace {

constexpr char kOffice[] = "hikae.example/江戸川";
constexpr char kPeriod[] = "2021";
constexpr uint64_t kSignEvery = 1000;

template <class T>
T Must(Result<T> result) {
  if (result.ok()) return *std::move(result);
  std::fprintf(stderr, "%s\n", result.error().ToString().c_str());
  std::_Exit(1);
}
void Must(Result<void> result) {
  if (result.ok()) return;
  std::fprintf(stderr, "%s\n", result.error().ToString().c_str());
  std::_Exit(1);
}
int Fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  return 1;
}

crypto::SigningKey Key() {
  crypto::Seed seed;
  seed.fill(21);
  return crypto::SigningKey::FromSeed(seed);
}
std::string Origin() { return OriginOf(kOffice, kPeriod); }
VerifierKey PublicKey() { return {Origin(), KeyKind::kEd25519, Key().public_key()}; }
std::unique_ptr<PeriodSource> Source(const std::string& directory) {
  return Must(PeriodSource::Open(base::PosixIo(), directory, kPeriod));
}
std::string Checkpoints(const std::string& directory) {
  return Must(CheckpointFile::Read(base::PosixIo(), directory + "/" + kPeriod));
}

int Make(const std::string& directory) {
  Entry begun;
  begun.type = EntryType::kPeriodBegun;
  begun.origin = Origin();
  begun.key = PublicKey().ToString();
  Must(CreateLog(base::PosixIo(), directory, kOffice, kPeriod, Must(EncodeEntry(begun))));
  std::printf("%s\n", begun.key.c_str());
  return 0;
}

class NoKeeper final : public KeyKeeper {
  Result<void> Store(uint64_t, const crypto::SigningKey&, const crypto::SigningKey*) override { return {}; }
};

int Sign(const std::string& directory, uint64_t until) {
  const auto source = Source(directory);
  NoKeeper keeper;
  EpochSigner signer = Must(EpochSigner::Create(Origin(), KeyRing{0, Key(), std::nullopt}, &keeper, std::nullopt, {}));
  CheckpointFile file = Must(CheckpointFile::Open(&base::PosixIo(), directory + "/" + kPeriod, CheckpointFile::Keep()));
  Frontier frontier;
  uint64_t done = 0;
  while (done < until) {
    const uint64_t size = Must(source->Size());
    if (size < until && size < done + kSignEvery) {
      base::PosixIo().Pause(1000);
      continue;
    }
    Must(source->Read(done, size, [&](const StoredEntry& entry) -> Result<void> {
      frontier.Append(HashLeaf(entry.leaf));
      return {};
    }));
    done = size;
    Must(file.Put(Must(signer.Sign(size, frontier.Root())), static_cast<int64_t>(size), false));
    std::printf("signed %llu\n", static_cast<unsigned long long>(size));
    std::fflush(stdout);
  }
  return 0;
}

int Verify(const std::string& directory, const std::string& key, uint64_t until) {
  const auto source = Source(directory);
  while (true) {
    const std::string list = Checkpoints(directory);  // before the entries: none may be ahead of them
    verify::VerifyInput input;
    input.periods.push_back({kPeriod, source.get(), list, {}});
    if (!list.empty()) input.trusted = {Must(VerifierKey::Parse(key))};  // else it has signed nothing yet
    const verify::Verdict verdict = Must(verify::Verify(input));
    if (!verdict.sound()) return Fail(verdict.FirstBad()->text.en);
    const verify::PeriodVerdict& period = verdict.periods[0];
    std::printf("checked %llu %llu\n", static_cast<unsigned long long>(period.entries),
                static_cast<unsigned long long>(period.signed_until));
    std::fflush(stdout);
    if (period.signed_until >= until) return 0;
  }
}

struct Acked {
  std::string who;
  uint64_t n = 0;
};

int Order(const std::string& directory, const std::string& acked_file) {
  std::map<uint64_t, Acked> acked;  // by position
  std::ifstream in(acked_file);
  std::string who;
  for (uint64_t n = 0, first = 0; in >> who >> n >> first;) {
    if (!acked.emplace(first, Acked{who, n}).second) return Fail("two appends were told the same position");
  }
  if (acked.empty()) return Fail("nothing was acknowledged");
  const auto source = Source(directory);
  std::map<std::string, uint64_t> next;
  uint64_t found = 0;
  Must(source->Read(0, Must(source->Size()), [&](const StoredEntry& stored) -> Result<void> {
    HIKAE_TRY(const Entry entry, DecodeEntry(stored.leaf));
    if (entry.type != EntryType::kRead) return {};
    const std::string name = std::to_string((*entry.actor)[0]) + "." + std::to_string((*entry.actor)[1]);
    if (entry.count != next[name]++) return base::Error(base::Status::kTampered, name + ": out of order");
    const auto at = acked.find(stored.index);
    if (at == acked.end()) return {};
    if (at->second.who != name || at->second.n != entry.count)
      return base::Error(base::Status::kTampered, name + ": not where it was acknowledged");
    ++found;
    return {};
  }));
  if (found != acked.size()) return Fail("an acknowledged append is not there");
  for (const auto& [name, count] : next) std::printf("%s %llu\n", name.c_str(), static_cast<unsigned long long>(count));
  return 0;
}

std::string List(const Proof& proof) {
  std::string out;
  for (const Digest& hash : proof) out += (out.empty() ? "" : ",") + codec::Base64(hash);
  return out;
}

// The perfect subtrees of the log, by level.
std::vector<std::vector<Digest>> Levels(std::vector<Digest> leaves) {
  std::vector<std::vector<Digest>> levels = {std::move(leaves)};
  while (levels.back().size() > 1) {
    const std::vector<Digest>& below = levels.back();
    std::vector<Digest> level;
    for (size_t i = 0; i + 1 < below.size(); i += 2) level.push_back(HashNode(below[i], below[i + 1]));
    levels.push_back(std::move(level));
  }
  return levels;
}

int Vectors(const std::string& directory) {
  std::vector<std::string> notes;
  const std::string list = Checkpoints(directory);
  for (NoteListReader reader(list); !reader.AtEnd();) notes.emplace_back(Must(reader.Next()));
  const uint64_t size = Must(SignedCheckpoint::Parse(notes.back())).head.size;
  const std::string& old_note = notes[notes.size() / 2];
  const uint64_t old_size = Must(SignedCheckpoint::Parse(old_note)).head.size;
  std::set<uint64_t> wanted = {0, 1, old_size - 1, old_size, size - 1};
  for (uint64_t i = 1; i < 32; ++i) wanted.insert(size / 32 * i);
  std::map<uint64_t, std::string> leaves;
  std::vector<Digest> hashes;
  Must(Source(directory)->Read(0, size, [&](const StoredEntry& entry) -> Result<void> {
    hashes.push_back(HashLeaf(entry.leaf));
    if (wanted.contains(entry.index)) leaves[entry.index] = codec::Base64(entry.leaf);
    return {};
  }));
  const auto levels = Levels(std::move(hashes));
  const Subtree subtree = [&](uint32_t level, uint64_t index) -> Result<Digest> { return levels.at(level).at(index); };
  for (const auto& [index, leaf] : leaves) {
    std::printf("leaf %llu %s\n", static_cast<unsigned long long>(index), leaf.c_str());
    std::printf("incl %llu %s\n", static_cast<unsigned long long>(index),
                List(Must(ProveInclusion(subtree, index, size))).c_str());
  }
  std::printf("cons %s\nold\n%sEND\nnew\n%sEND\n", List(Must(ProveConsistency(subtree, old_size, size))).c_str(),
              old_note.c_str(), notes.back().c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  const auto number = [&](size_t i) { return std::strtoull(args[i].c_str(), nullptr, 10); };
  if (args.size() == 2 && args[0] == "make") return Make(args[1]);
  if (args.size() == 3 && args[0] == "sign") return Sign(args[1], number(2));
  if (args.size() == 4 && args[0] == "verify") return Verify(args[1], args[2], number(3));
  if (args.size() == 3 && args[0] == "order") return Order(args[1], args[2]);
  if (args.size() == 2 && args[0] == "vectors") return Vectors(args[1]);
  return Fail("see the head of tests/log/log_watch.cpp");
}
