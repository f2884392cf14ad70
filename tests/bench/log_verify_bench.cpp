// Checking a log of a million entries, beside the same with libsodium's SHA-256, in interleaved rounds. The yardstick
// does less: it takes no leaf apart, and keeps no chain of keys or periods.
//   log_verify_bench [--quick]      a line of JSON for each case
#include <sodium.h>

#include "bench/rounds.h"
#include "log/verify/verifier.h"

namespace hikae::log::bench {
namespace {

constexpr size_t kLeafBytes = 128;
constexpr uint64_t kCheckpointEvery = 1000;

// All leaves side by side in memory: what is measured is checking, not a disk.
class Flat : public EntrySource {
 public:
  explicit Flat(const std::vector<uint8_t>& bytes) : bytes_(bytes) {}
  base::Result<uint64_t> Size() override { return static_cast<uint64_t>(bytes_.size() / kLeafBytes); }
  base::Result<void> Read(uint64_t begin, uint64_t end, const EntryVisitor& visit) override {
    for (uint64_t i = begin; i < end; ++i) {
      HIKAE_CHECK(visit({i, Bytes(bytes_).subspan(i * kLeafBytes, kLeafBytes), {}}));
    }
    return {};
  }

 private:
  const std::vector<uint8_t>& bytes_;
};

void PutField(std::vector<uint8_t>& out, uint8_t tag, std::string_view value) {
  out.push_back(tag);
  out.push_back(static_cast<uint8_t>(value.size() >> 8));
  out.push_back(static_cast<uint8_t>(value.size()));
  out.insert(out.end(), value.begin(), value.end());
}

struct World {
  std::vector<uint8_t> leaves;
  std::string checkpoints;
  VerifierKey key;
};

World Make(uint64_t count) {
  crypto::Seed seed{};
  const auto key = crypto::SigningKey::FromSeed(seed);
  World world;
  const std::string origin = "hikae.example/2021";
  world.key = {origin, KeyKind::kEd25519, key.public_key()};
  Frontier frontier;
  for (uint64_t i = 0; i < count; ++i) {
    std::vector<uint8_t> leaf = {1, static_cast<uint8_t>(i == 0 ? 0 : 2), 1};
    for (int shift = 56; shift >= 0; shift -= 8) leaf.push_back(static_cast<uint8_t>(i >> shift));
    if (i == 0) {
      PutField(leaf, 0x20, origin);
      PutField(leaf, 0x22, world.key.ToString());
    } else {
      PutField(leaf, 0x01, std::string(16, static_cast<char>(i)));
      PutField(leaf, 0x02, std::string(16, static_cast<char>(i >> 3)));
      PutField(leaf, 0x04, "hikikomori");
      PutField(leaf, 0x06, "consultation");
      PutField(leaf, 0x09, "\x01");
    }
    PutField(leaf, 0xF0, std::string(kLeafBytes - leaf.size() - 3, 'x'));  // of a later version: up to 128 bytes
    world.leaves.insert(world.leaves.end(), leaf.begin(), leaf.end());
    frontier.Append(HashLeaf(leaf));
    if ((i + 1) % kCheckpointEvery != 0 && i + 1 != count) continue;
    Note note{Checkpoint{origin, i + 1, frontier.Root(), {}}.ToString(), {}};
    note.signatures.push_back(SignNote(note.text, origin, key));
    world.checkpoints += note.ToString() + "\n";
  }
  return world;
}

Digest Sodium(uint8_t prefix, Bytes a, Bytes b = {}) {
  crypto_hash_sha256_state state;
  Digest out;
  crypto_hash_sha256_init(&state);
  crypto_hash_sha256_update(&state, &prefix, 1);
  crypto_hash_sha256_update(&state, a.data(), a.size());
  if (!b.empty()) crypto_hash_sha256_update(&state, b.data(), b.size());
  crypto_hash_sha256_final(&state, out.data());
  return out;
}

// Leaves, tree, every root and every signature, by libsodium.
bool Yardstick(const World& world) {
  Flat source(world.leaves);
  NoteListReader list(world.checkpoints);
  auto next = SignedCheckpoint::Parse(list.Next().value());
  std::vector<Digest> frontier;
  bool good = true;
  const uint64_t count = source.Size().value();
  const auto read = source.Read(0, count, [&](const StoredEntry& entry) -> base::Result<void> {
    Digest hash = Sodium(0, entry.leaf);
    for (uint64_t carry = entry.index; (carry & 1) != 0; carry >>= 1) {
      hash = Sodium(1, frontier.back(), hash);
      frontier.pop_back();
    }
    frontier.push_back(hash);
    if (next->head.size != entry.index + 1) return {};
    Digest root = frontier.back();
    for (size_t i = frontier.size() - 1; i-- > 0;) root = Sodium(1, frontier[i], root);
    good = good && root == next->head.root && VerifyNote(next->note, {world.key})->size() == 1;
    if (!list.AtEnd()) next = SignedCheckpoint::Parse(list.Next().value());
    return {};
  });
  return good && read.ok();
}

bool Ours(const World& world, size_t threads) {
  Flat source(world.leaves);
  verify::VerifyInput input;
  input.periods.push_back({"2021", &source, world.checkpoints, {}});
  input.trusted = {world.key};
  input.threads = threads;
  const auto verdict = verify::Verify(input);
  return verdict.ok() && verdict->sound() && verdict->periods[0].signed_until == source.Size().value();
}

void Check(bool good) {
  if (good) return;
  std::fputs("the log does not verify\n", stderr);
  std::exit(1);
}

// One thread by the time of the processor, so that neighbours do not count; two by the clock on the wall.
void Run(uint64_t count, int rounds) {
  const World world = Make(count);
  const auto cost = [&](const std::function<bool()>& work) { return Timed(count, [&] { Check(work()); }); };
  std::vector<double> yardstick, yardstick_wall, one, two;
  for (int round = 0; round < rounds; ++round) {
    const Cost theirs = cost([&] { return Yardstick(world); });
    yardstick.push_back(theirs.cpu);
    yardstick_wall.push_back(theirs.wall);
    one.push_back(cost([&] { return Ours(world, 1); }).cpu);
    two.push_back(cost([&] { return Ours(world, 2); }).wall);
  }
  Print({"log-verify", count, "libsodium"}, one, yardstick);
  Print({"log-verify-two-threads", count, "libsodium"}, two, yardstick_wall);
}

}  // namespace
}  // namespace hikae::log::bench

int main(int argc, char** argv) {
  if (sodium_init() < 0) return 1;
  const bool quick = argc > 1 && std::string(argv[1]) == "--quick";
  for (const uint64_t count : quick ? std::vector<uint64_t>{100'000} : std::vector<uint64_t>{100'000, 1'000'000})
    hikae::log::bench::Run(count, quick ? 5 : 9);
  return 0;
}
