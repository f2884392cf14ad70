#include "log/entry.h"

#include <gtest/gtest.h>

#include "log/format_page.h"
#include "log/tree.h"

namespace hikae::log {
namespace {

crypto::Salt SaltOf(uint8_t byte) {
  crypto::Salt salt;
  salt.fill(byte);
  return salt;
}

// The read of docs/formats/log-entry.md §5.
Entry Example() {
  const std::vector<uint8_t> detail = {0xDE, 0xAD, 0xBE, 0xEF};
  Entry entry;
  entry.type = EntryType::kRead;
  entry.time = 1'621'472'400'000'000;
  entry.actor = crypto::MakePseudonym(SaltOf(0x11), "actor", "職員-0042");
  entry.subject = crypto::MakePseudonym(SaltOf(0x22), "subject", "住民-7");
  entry.record = crypto::MakePseudonym(SaltOf(0x22), "record", "面談記録-1");
  entry.handling = "hikikomori";
  entry.ground = "条例第12条第1項";
  entry.file = "consultation";
  entry.items = {"name", "health", "name"};
  entry.key_version = 1;
  entry.decision = Decision::kAllowed;
  entry.rules = {"edo21.read.roster"};
  entry.detail = crypto::Sha256Of(detail);
  return entry;
}

TEST(Entry, MakesTheBytesOfTheFormatPage) {
  const auto leaf = EncodeEntry(Example());
  ASSERT_TRUE(leaf.ok()) << leaf.error().ToString();
  const auto page = HexOfPage("log-entry.md", "leaf");
  ASSERT_FALSE(page.empty());
  EXPECT_EQ(*leaf, page);
  const Digest hash = HashLeaf(*leaf);
  EXPECT_EQ(std::vector<uint8_t>(hash.begin(), hash.end()), HexOfPage("log-entry.md", "leaf-hash"));
}

TEST(Entry, EveryFieldComesBack) {
  Entry entry = Example();
  entry.items = {"health", "name"};
  entry.count = 3;
  entry.intent = 0;
  entry.outcome = Outcome::kNotDone;
  entry.thing = "委託契約-1";
  entry.digest = crypto::Sha256Of({});
  entry.origin = "hikae.example/江戸川/2021";
  entry.previous = "hikae.example/江戸川/2020\n5\nAAAA\n\n— x AAAA\n";
  entry.key = "hikae.example/江戸川/2021+00000000+AQ==";
  entry.session = SessionId{1, 2, 3, 4, 5, 6, 7, 8};
  entry.loss_ms = 100;
  entry.loss_records = UINT32_MAX;
  entry.range_end = UINT64_MAX;
  entry.time = -1;
  const auto leaf = EncodeEntry(entry);
  ASSERT_TRUE(leaf.ok()) << leaf.error().ToString();
  const auto again = DecodeEntry(*leaf);
  ASSERT_TRUE(again.ok()) << again.error().ToString();
  EXPECT_TRUE(*again == entry);
}

TEST(Entry, HoldsNeitherIdNorItsPlainHash) {
  const auto leaf = EncodeEntry(Example());
  const std::string bytes(leaf->begin(), leaf->end());
  for (const std::string id : {"職員-0042", "住民-7", "面談記録-1"}) {
    EXPECT_EQ(bytes.find(id), std::string::npos);
    const Digest plain = crypto::Sha256Of({reinterpret_cast<const uint8_t*>(id.data()), id.size()});
    EXPECT_EQ(bytes.find(std::string(plain.begin(), plain.begin() + 16)), std::string::npos);
  }
  // One person, another role or another salt: another pseudonym.
  EXPECT_NE(crypto::MakePseudonym(SaltOf(1), "actor", "a"), crypto::MakePseudonym(SaltOf(1), "subject", "a"));
  EXPECT_NE(crypto::MakePseudonym(SaltOf(1), "actor", "a"), crypto::MakePseudonym(SaltOf(2), "actor", "a"));
  EXPECT_NE(crypto::MakeSalt(), crypto::MakeSalt());
}

TEST(Entry, RefusesToWriteWhatIsNotAnEntry) {
  const auto status = [](const std::function<void(Entry&)>& change) {
    Entry entry = Example();
    change(entry);
    const auto leaf = EncodeEntry(entry);
    return leaf.ok() ? base::Status::kOk : leaf.error().status;
  };
  EXPECT_EQ(status([](Entry&) {}), base::Status::kOk);
  for (const auto& change : std::vector<std::function<void(Entry&)>>{
           [](Entry& e) { e.actor.reset(); }, [](Entry& e) { e.decision.reset(); },
           [](Entry& e) { e.decision = static_cast<Decision>(4); }, [](Entry& e) { e.handling.clear(); },
           [](Entry& e) { e.handling = std::string(256, 'a'); }, [](Entry& e) { e.handling = "a\nb"; },
           [](Entry& e) { e.ground = "\xC2\x85"; }, [](Entry& e) { e.file = "\xFF"; }, [](Entry& e) { e.items = {""}; },
           [](Entry& e) { e.previous = "a\tb"; }, [](Entry& e) { e.previous = std::string(65'535, 'a'); },
           [](Entry& e) { e.type = static_cast<EntryType>(0x999); },
           [](Entry& e) {
             e.unknown = {{0x77, {1}}};
           }})
    EXPECT_EQ(status(change), base::Status::kArgument);
}

TEST(Entry, KeepsWhatALaterHikaeWrote) {
  std::vector<uint8_t> leaf = *EncodeEntry(Example());
  const auto more = std::vector<uint8_t>{0x77, 0, 1, 1, 0x77, 0, 2, 8, 9};
  leaf.insert(leaf.end(), more.begin(), more.end());
  leaf[1] = 9;  // and a type of its own
  const auto entry = DecodeEntry(leaf);
  ASSERT_TRUE(entry.ok());
  EXPECT_EQ(entry->unknown, (std::vector<UnknownField>{{0x77, {1}}, {0x77, {8, 9}}}));
  EXPECT_EQ(EntryTypeName(entry->type).en, "0x0901");
  EXPECT_EQ(EntryTypeName(EntryType::kRead).ja, "閲覧");
  auto descending = leaf;
  descending[descending.size() - 2] = 0;
  EXPECT_EQ(DecodeEntry(descending).error().status, base::Status::kTampered) << "values of one tag ascend";
  leaf[0] = 2;
  EXPECT_EQ(DecodeEntry(leaf).error().status, base::Status::kVersion);
}

// Every leaf that is accepted is the one encoding of what it says: nothing else passes.
TEST(Entry, EveryFlippedBitAndEveryCutIsRefusedOrAnotherEntry) {
  const std::vector<uint8_t> leaf = *EncodeEntry(Example());
  size_t refused = 0;
  const auto try_one = [&](const std::vector<uint8_t>& bytes) {
    const auto entry = DecodeEntry(bytes);
    if (!entry.ok()) return void(++refused);
    EXPECT_FALSE(*entry == *DecodeEntry(leaf));
    Entry known = *entry;
    if (!known.unknown.empty() || EntryTypeName(known.type).en.starts_with("0x")) return;
    EXPECT_EQ(*EncodeEntry(known), bytes);
  };
  for (size_t bit = 0; bit < leaf.size() * 8; ++bit) {
    std::vector<uint8_t> changed = leaf;
    changed[bit / 8] = static_cast<uint8_t>(changed[bit / 8] ^ (1u << bit % 8));
    try_one(changed);
  }
  for (size_t size = 0; size < leaf.size(); ++size) try_one({leaf.begin(), leaf.begin() + static_cast<long>(size)});
  EXPECT_GT(refused, leaf.size());
}

TEST(Entry, RefusesValuesInTheWrongOrderOrTwice) {
  const auto leaf = [](std::vector<uint8_t> fields) {
    std::vector<uint8_t> out = {1, 9, 9, 0, 0, 0, 0, 0, 0, 0, 0};
    out.insert(out.end(), fields.begin(), fields.end());
    return DecodeEntry(out).ok();
  };
  EXPECT_TRUE(leaf({}));
  EXPECT_TRUE(leaf({7, 0, 1, 'a', 7, 0, 1, 'b'}));
  EXPECT_FALSE(leaf({7, 0, 1, 'b', 7, 0, 1, 'a'}));
  EXPECT_FALSE(leaf({7, 0, 1, 'a', 7, 0, 1, 'a'}));
  EXPECT_FALSE(leaf({6, 0, 1, 'a', 6, 0, 1, 'b'}));
  EXPECT_FALSE(leaf({6, 0, 1, 'a', 5, 0, 1, 'b'}));
  EXPECT_FALSE(leaf({6, 0, 0}));
  EXPECT_FALSE(leaf({9, 0, 1, 4}));
  EXPECT_FALSE(leaf({9, 0, 2, 1, 1}));
}

}  // namespace
}  // namespace hikae::log
