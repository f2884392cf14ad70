// Every allocation of what keys do fails in turn. A program of its own: it replaces operator new.
#include <gtest/gtest.h>

#include <functional>

#include "base/failing_new.h"
#include "vault/keys_fixture.h"

namespace hikae::vault {
namespace {

using test::SweepAllocations;

class KeyMemory : public KeysOnDisk {};

// One call after the other on keys that are open: each is done or not, and they go on.
TEST_F(KeyMemory, EveryAllocationOfEveryCallFails) {
  auto keys = Init();
  const SubjectNumber one = MakeOne(*keys, "宛名0000001", "相談記録");
  const std::string field = FieldOf(*keys, one, "相談記録");
  const auto same = [&] { EXPECT_TRUE(FieldOf(*Unlock(), one, "相談記録") == field); };
  const auto nothing = [] {};
  int n = 0;
  std::vector<std::string> subjects = {""};
  const std::vector<std::string> custodians = {"課長", "部長"};
  SubjectNumber gone{};
  const auto fresh = [&] { gone = MakeOne(*keys, "一時" + std::to_string(++n), "相談記録"); };
  fresh();
  const size_t swept[] = {
      SweepAllocations([&] { return Keys::Unlock(office(), Passphrase(), {}).ok(); }, nothing),
      SweepAllocations([&] { return keys->Make(subjects, "相談記録").ok(); },
                       [&] { subjects[0] = "宛名" + std::to_string(++n); }),
      SweepAllocations(
          [&] { return keys->Open(one, "相談記録").ok() && keys->Find("宛名0000001").ok() && keys->IdOf(one).ok(); },
          [&] { keys = Unlock(); }),
      SweepAllocations([&] { return keys->Destroy(gone, "相談記録").ok(); }, fresh),
      SweepAllocations([&] { return keys->RotateSubject(one, "給付台帳").ok() || keys->RotateIndex(kNow).ok(); },
                       nothing),
      SweepAllocations([&] { return keys->RotateOffice(kNow, 3, nullptr).ok(); }, same),
      SweepAllocations([&] { return keys->Share(2, custodians, kNow).ok() && keys->List().ok(); }, nothing),
      SweepAllocations([&] { return keys->RotateMaster(Passphrase(), kCheap, kNow).ok(); }, same),
      SweepAllocations(
          [&] {
            const std::string backup = office() + "/控え" + std::to_string(++n);
            return keys->Backup(backup).ok() && RestoreKeys(office(), backup).ok();
          },
          nothing),
  };
  keys = Unlock();
  same();
  for (const size_t count : swept) {
    EXPECT_GT(count, 5u);
    std::printf("%zu ", count);
  }
  std::printf("failed allocations\n");
}

}  // namespace
}  // namespace hikae::vault
