// Every allocation of putting, fetching and opening fails in turn, and no block that is given back holds plaintext. A
// program of its own: it replaces operator new and delete.

#include "base/failing_new.h"
#include "vault/small_vault.h"

namespace hikae::vault {
namespace {

using test::failed, test::SweepAllocations, test::left_behind, test::looked_at, test::looking;

// What must not be found in memory that is given back: longer than what a string keeps within itself.
constexpr char kSecret[] = "髙橋花子の秘密0123456789";

class VaultMemory : public SmallVault {
 protected:
  VaultMemory() {
    spec_.keep_history = true;
    spec_.items.push_back(
        {.item = "name", .pattern = ".*", .indexes = {IndexKind::kExact, IndexKind::kToken, IndexKind::kPrefix}});
    spec_.items.push_back({.item = "born", .type = ItemType::kDate, .indexes = {IndexKind::kYear}});
    test::secret = std::string_view(kSecret);
    looking = true, looked_at = left_behind = 0;
  }
  ~VaultMemory() override { looking = false; }
  const SubjectNumber subject_ = Subject("1");
};

TEST_F(VaultMemory, TheLookoutSeesWhatIsLeftBehind) {
  { const std::string copy(kSecret); }
  EXPECT_EQ(left_behind, 1u);
}

TEST_F(VaultMemory, EveryAllocationOfAPutFails) {
  const std::vector<Change::Set> set = {{"name", kSecret}, {"born", "H16.2.28"}, {"note", kSecret}};
  ASSERT_TRUE(Put(subject_, set).ok());
  const std::string before = Fetch(subject_).body;
  std::vector<SealedRecord> now = {Fetch(subject_)};
  const size_t preparing = SweepAllocations(
      [&] {
        return vault_->Prepare(spec_, now[0], {subject_, set, {}}).ok();
      },
      [&] { EXPECT_EQ(Fetch(subject_).body, before); });
  // The whole of it: none of it is there when it failed.
  uint64_t version = 1;
  const size_t putting = SweepAllocations([&] { return Put(spec_, subject_, set).ok(); },
                                          [&] {
                                            const SealedRecord record = Fetch(subject_);
                                            EXPECT_EQ(record.version, failed ? version : version + 1);
                                            version = record.version;
                                            EXPECT_EQ(vault_->History(spec_.file, subject_)->size(), version - 1);
                                          });
  std::printf("%zu failed allocations while sealing, %zu while putting; %zu blocks looked at\n", preparing, putting,
              looked_at);
  EXPECT_GT(preparing, 10u);
  EXPECT_GT(putting, preparing);
  EXPECT_EQ(left_behind, 0u);
  EXPECT_EQ(vault_->Search(spec_, "name", IndexKind::kExact, kSecret, 9)->size(), 1u);
}

TEST_F(VaultMemory, EveryAllocationOfAGetFails) {
  ASSERT_TRUE(Put(subject_, {{"name", kSecret}, {"note", kSecret}, {"x", kSecret}}).ok());
  std::vector<SealedRecord> out;
  const size_t fetching = SweepAllocations(
      [&] {
        return vault_->Fetch(spec_.file, {&subject_, 1}, out).ok();
      },
      [&] {
        EXPECT_EQ(out.empty(), failed);
        out = {};
      });
  const SealedRecord record = Fetch(subject_);
  const size_t opening = SweepAllocations(
      [&] {
        const auto items = vault_->Open(leave_, spec_.file, record, {});
        return items.ok() && items->size() == 3 && (*items)[0].value() == kSecret;
      },
      [] {});
  keys_.Rotate(subject_, spec_.file);
  const size_t resealing = SweepAllocations(
      [&] {
        const auto resealed = vault_->Reseal(spec_, record);
        return resealed.ok() && resealed->has_value();
      },
      [] {});
  const size_t searching =
      SweepAllocations([&] { return vault_->Search(spec_, "name", IndexKind::kExact, kSecret, 9).ok(); }, [] {});
  std::printf("%zu failed allocations while fetching, %zu while opening, %zu while resealing, %zu while searching\n",
              fetching, opening, resealing, searching);
  EXPECT_GT(opening, 3u);
  EXPECT_GT(resealing, 5u);
  EXPECT_EQ(left_behind, 0u);
}

}  // namespace
}  // namespace hikae::vault
