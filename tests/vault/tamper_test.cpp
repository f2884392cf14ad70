// What somebody who can write to hikae.db, but has no keys, may try: all of it is refused.
#include "vault/records/body.h"
#include "vault/records/bytes.h"
#include "vault/records/sealing.h"
#include "vault/small_vault.h"

namespace hikae::vault {
namespace {

using base::Result;
using base::Status;

class TamperTest : public SmallVault {
 protected:
  TamperTest() {
    spec_.keep_history = true;
    for (const SubjectNumber& subject : {one_, two_})
      for (const std::string file : {"consultation", "children"}) keys_.MakeKey(subject, file, std::nullopt);
  }
  // Puts a body in the place of a record's; false: there was none.
  bool Place(const SubjectNumber& subject, std::string_view body, std::optional<int64_t> version = {},
             std::string_view file = "consultation", int64_t of_history = 0) {
    const std::string which = of_history == 0
                                  ? "n = (SELECT at FROM record WHERE file = $2 AND subject = $3)"
                                  : "file = $2 AND subject = $3 AND version = " + std::to_string(of_history);
    const std::string sql = "UPDATE record_body SET body = $1" +
                            (version ? ", version = " + std::to_string(*version) : "") + " WHERE " + which;
    const auto query = *database_->Ask(sql);
    query->BindBytes(1, body).BindText(2, file).BindBytes(3, Chars(crypto::Bytes(subject)));
    return query->Step().ok() && query->Changed() == 1;
  }
  std::string OpenedAt(const SubjectNumber& subject, std::string_view file = "consultation") {
    std::vector<SealedRecord> out;
    const auto fetched = vault_->Fetch(file, {&subject, 1}, out);
    return fetched.ok() ? Shown(Open(out[0], {}, file))
                        : "status " + std::to_string(static_cast<int>(fetched.error().status));
  }
  static constexpr const char* kRefused = "status -8";
  const SubjectNumber one_ = Filled(0x11), two_ = Filled(0x22);
};

TEST_F(TamperTest, ABodyElsewhereOrOlderDoesNotOpen) {
  FileSpec children = spec_;
  children.file = "children";
  ASSERT_TRUE(Put(one_, {{"name", "一郎"}, {"note", "甲"}}).ok());
  const std::string first = Fetch(one_).body;
  ASSERT_TRUE(Put(one_, {{"note", "乙"}}).ok());
  ASSERT_TRUE(Put(two_, {{"name", "二郎"}, {"note", "丙"}}).ok());
  ASSERT_TRUE(Put(children, one_, {{"name", "一郎"}, {"note", "甲"}}).ok());
  const std::string good = Fetch(one_).body, others = Fetch(two_).body, elsewhere = Fetch(one_, "children").body;
  ASSERT_EQ(OpenedAt(one_), "name=一郎;note=乙;");

  ASSERT_TRUE(Place(one_, first));
  EXPECT_EQ(OpenedAt(one_), kRefused) << "an older body";
  ASSERT_TRUE(Place(one_, others));
  EXPECT_EQ(OpenedAt(one_), kRefused) << "another subject's";
  ASSERT_TRUE(Place(one_, others, 1));
  EXPECT_EQ(OpenedAt(one_), kRefused) << "another subject's, with its version";
  ASSERT_TRUE(Place(one_, elsewhere, 1));
  EXPECT_EQ(OpenedAt(one_), kRefused) << "of another file";
  ASSERT_TRUE(Place(one_, good, 3));
  EXPECT_EQ(OpenedAt(one_), kRefused) << "another version";
  ASSERT_TRUE(Place(one_, good, 2));
  EXPECT_EQ(OpenedAt(one_), "name=一郎;note=乙;");
}

// What a keyed head cannot tell, the log does: it has the head of the last write.
TEST_F(TamperTest, ARowPutBackWholeHasAnotherHeadThanTheLastWrite) {
  ASSERT_TRUE(Put(one_, {{"note", "甲"}}).ok());
  const std::string first = Fetch(one_).body;
  ASSERT_TRUE(Put(one_, {{"note", "乙"}}).ok());
  const auto written = vault_->HeadOf("consultation", one_);
  ASSERT_TRUE(written.ok() && written->has_value());
  ASSERT_TRUE(Place(one_, first, 1));
  EXPECT_EQ(OpenedAt(one_), "note=甲;");
  EXPECT_NE(vault_->HeadOf("consultation", one_).value(), *written);
}

TEST_F(TamperTest, ARecordOfAnotherOfficeDoesNotOpen) {
  Key key;
  key.fill(0x33);
  FakeKeys here(0x0F), there(0x0E);
  for (FakeKeys* keys : {&here, &there}) keys->MakeKey(Filled(0x55), "consultation", key);
  vault_ = std::make_unique<Vault>(*database_, there);
  ASSERT_TRUE(Put(Filled(0x55), {{"note", "甲"}}).ok());
  EXPECT_EQ(OpenedAt(Filled(0x55)), "note=甲;");
  vault_ = std::make_unique<Vault>(*database_, here);
  EXPECT_EQ(OpenedAt(Filled(0x55)), kRefused);
}

TEST_F(TamperTest, ItemsExchangedOrLeftOutAreSeen) {
  ASSERT_TRUE(Put(one_, {{"a", "甲甲"}, {"b", "乙乙"}}).ok());
  const SealedRecord record = Fetch(one_);
  const BodyPrefix prefix = ReadPrefix(spec_.file, record.body).value();
  std::vector<SealedItem> items = ItemsIn(spec_.file, prefix, record.body).value();
  const auto made_of = [&](const std::vector<SealedItem>& with) {
    std::string body;
    AppendPrefix(body, {prefix.version, prefix.key_version, static_cast<uint16_t>(with.size())});
    for (const SealedItem& item : with) AppendItem(body, item);
    return body;
  };
  const Head head = HeadIn(record.body);
  ASSERT_EQ(made_of(items) + std::string(Chars(head)), record.body);
  std::vector<SealedItem> swapped = items, fewer = {items[0]};
  std::swap(swapped[0].sealed, swapped[1].sealed);
  std::swap(swapped[0].nonce, swapped[1].nonce);
  for (const auto& with : {swapped, fewer}) {
    ASSERT_TRUE(Place(one_, made_of(with) + std::string(Chars(head))));
    EXPECT_EQ(OpenedAt(one_), kRefused);
  }
  // Even under a head made anew an item opens only where it was sealed.
  const std::shared_ptr<RecordKeys> keys = keys_.Open(one_, spec_.file).value();
  const OfficeId office = keys_.office(), another = Filled(0x0E);
  const RecordPlace place{office, spec_.file, one_};
  std::string forged = made_of(swapped);
  forged += Chars(HeadOver(*keys->Head(1), place, 1, forged));
  ASSERT_TRUE(Place(one_, forged));
  EXPECT_EQ(OpenedAt(one_), kRefused);
  uint8_t plain[100];
  const uint8_t* const key = keys->Field(1, "a").value();
  EXPECT_TRUE(OpenItem(place, items[0], key, plain));
  EXPECT_FALSE(OpenItem({another, spec_.file, one_}, items[0], key, plain));
  EXPECT_FALSE(OpenItem({office, "children", one_}, items[0], key, plain));
  EXPECT_FALSE(OpenItem({office, spec_.file, two_}, items[0], key, plain));
  for (int i = 0; i < 4; ++i) {
    SealedItem other = items[0];
    if (i == 0) other.item = "aa";
    if (i == 1) other.set = 2;
    if (i == 2) other.type = ItemType::kBlob;
    if (i == 3) other.sealed = other.sealed.first(other.sealed.size() - 1);
    EXPECT_FALSE(OpenItem(place, other, key, plain)) << i;
  }
}

TEST_F(TamperTest, EveryBitOfEveryRowIsMissed) {
  ASSERT_TRUE(Put(one_, {{"name", "髙橋"}, {"note", "甲"}}).ok());
  ASSERT_TRUE(Put(one_, {{"note", "乙"}}, {"name"}).ok());
  ASSERT_TRUE(Put(two_, {{"note", "丙"}}).ok());
  const std::vector<SealedRecord> rows = {Fetch(one_), Fetch(two_)};
  const SealedRecord old = vault_->History(spec_.file, one_).value().at(0);
  size_t bits = 0;
  const auto flip = [](std::string body, size_t bit) {
    body[bit / 8] = static_cast<char>(body[bit / 8] ^ 1 << bit % 8);
    return body;
  };
  const auto none = database_->Write([&]() -> Result<void> {
    for (const SealedRecord& row : rows) {
      for (size_t bit = 0; bit < row.body.size() * 8; ++bit, ++bits) {
        EXPECT_TRUE(Place(row.subject, flip(row.body, bit)));
        EXPECT_TRUE(OpenedAt(row.subject).starts_with("status -")) << bit;
      }
      for (size_t bit = 0; bit < 64; ++bit, ++bits) {
        EXPECT_TRUE(Place(row.subject, row.body, static_cast<int64_t>(row.version ^ uint64_t{1} << bit)));
        EXPECT_TRUE(OpenedAt(row.subject).starts_with("status -")) << bit;
      }
      EXPECT_TRUE(Place(row.subject, row.body, static_cast<int64_t>(row.version)));
      EXPECT_FALSE(OpenedAt(row.subject).starts_with("status"));
    }
    for (size_t bit = 0; bit < old.body.size() * 8; ++bit, ++bits) {
      EXPECT_TRUE(Place(one_, flip(old.body, bit), {}, spec_.file, 1));
      EXPECT_FALSE(Open(vault_->History(spec_.file, one_).value().at(0)).ok()) << bit;
    }
    return base::Error(Status::kStopped, "as it was");
  });
  EXPECT_FALSE(none.ok());
  std::printf("%zu bits flipped, none passed\n", bits);
  EXPECT_GT(bits, 3'000u);
}

TEST_F(TamperTest, EveryBitOfMarksIsMissed) {
  const std::vector<Mark> marks = {{"support-measures", "", 18'718, 19'082}, {"consent", "welfare", 18'767, {}}};
  ASSERT_TRUE(vault_->SetMarks(one_, marks).ok());
  const auto stored = [&] {
    const auto query = *database_->Ask("SELECT marks FROM subject_marks");
    EXPECT_TRUE(*query->Step());
    return std::string(query->Bytes(0));
  }();
  const auto set = [&](const SubjectNumber& subject, std::string_view bytes) {
    const auto query = *database_->Ask("UPDATE subject_marks SET subject = $1, marks = $2");
    query->BindBytes(1, Chars(crypto::Bytes(subject))).BindBytes(2, bytes);
    EXPECT_TRUE(query->Step().ok());
  };
  std::vector<SealedRecord> out;
  for (size_t bit = 0; bit < stored.size() * 8; bit += 3) {
    std::string changed = stored;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
    set(one_, changed);
    EXPECT_EQ(vault_->MarksOf(one_).error().status, Status::kTampered) << bit;
    EXPECT_EQ(vault_->Fetch(spec_.file, {&one_, 1}, out).error().status, Status::kTampered) << bit;
    EXPECT_TRUE(out.empty());
  }
  set(two_, stored);
  EXPECT_EQ(vault_->MarksOf(two_).error().status, Status::kTampered) << "another subject's";
  set(one_, stored);
  EXPECT_EQ(vault_->MarksOf(one_)->size(), 2u);
}

}  // namespace
}  // namespace hikae::vault
