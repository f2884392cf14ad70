// Every allocation of the vault's calls through the C API fails in turn: the status says so, nothing is left in the
// outs, what the call would have changed is as it was, and the handles go on. A program of its own: it replaces
// operator new.
#include <gtest/gtest.h>
#include <hikae/hikae.h>
#include <hikae/vault.h>

#include <cstring>
#include <filesystem>
#include <functional>
#include <string>

#include "base/failing_new.h"

namespace {

using hikae::test::allowed, hikae::test::failed;

constexpr char kWho[] = "10000001";
constexpr char kValue[] = "髙槗 花子𠮷 その住所は江戸川区中央一丁目4番1号";

hikae_str Str(const char* text) { return hikae_cstr(text); }

// No call may leave this where it puts what it made.
template <class T>
T* Sentinel() {
  static char place;
  return reinterpret_cast<T*>(&place);
}

class VaultMemory : public testing::Test {
 protected:
  VaultMemory() {
    directory_ = testing::TempDir() + "capi_memory_" + std::to_string(::getpid());
    std::filesystem::remove_all(directory_);
    hikae_open_options create = HIKAE_OPEN_OPTIONS_INIT;
    create.flags = HIKAE_OPEN_CREATE;
    create.now = [](void*) -> hikae_time { return hikae_time{1'623'718'800} * 1'000'000; };
    Must(hikae_office_open(Str(directory_.c_str()), &create, &office_, &err_));
    for (const char* paper : {HIKAE_TEST_PAPERS}) {
      const hikae_str path = Str(paper);
      Must(hikae_office_declare_files(office_, &path, 1, nullptr, &err_));
    }
    secret_.text = Str("正しい馬の電池ホチキスを覚える");
    secret_.operations = 1;
    secret_.memory = 8u << 20;
    Must(hikae_keys_make(office_, &secret_, &err_));
    Must(hikae_keys_unlock(office_, &secret_, &keys_, &err_));
    who_.actor = Str("生活援護第一課職員1");
    who_.handling = Str("hikikomori");
    who_.purpose = Str("ひきこもり相談支援");
    who_.terminal = Str("全庁LAN端末1");
    who_.place = Str("生活援護第一課事務室内");
    who_.terminal_factors = kCard;
    who_.terminal_factor_count = 2;
    Must(hikae_session_begin(keys_, &who_, &session_, &err_));
    ask_.file = Str("ひきこもり相談記録");
    Must(hikae_record_put(session_, &ask_, Str(kWho), Str("氏名"), Str(kValue), &err_));
  }
  ~VaultMemory() override {
    hikae_session_free(session_);
    hikae_keys_free(keys_);
    hikae_office_close(office_);
    std::filesystem::remove_all(directory_);
  }
  void Must(hikae_status status) {
    const hikae_str text = hikae_error_text(err_, HIKAE_ENGLISH);
    ASSERT_GE(status, 0) << std::string(text.ptr == nullptr ? "" : text.ptr, text.len);
  }
  // The n-th allocation of the call fails, for every n until none does. `empty`: whether the outs are.
  size_t Sweep(const std::function<hikae_status(hikae_error**)>& call, const std::function<bool()>& empty,
               const std::function<void()>& after) {
    for (long n = 0;; ++n) {
      hikae_error* err = Sentinel<hikae_error>();
      failed = false;
      allowed = n;
      const hikae_status status = call(&err);
      allowed = -1;
      EXPECT_NE(err, Sentinel<hikae_error>());
      if (status < 0) {
        EXPECT_EQ(status, HIKAE_E_MEMORY) << n;
        EXPECT_TRUE(empty()) << n;
        EXPECT_TRUE(failed) << n;
        const hikae_str text = hikae_error_text(err, HIKAE_JAPANESE);
        EXPECT_EQ(std::string(text.ptr == nullptr ? "" : text.ptr, text.len).find("髙槗"), std::string::npos);
      }
      hikae_error_free(err);
      after();
      if (HasFailure()) return 0;
      if (failed) continue;
      EXPECT_GE(status, 0);
      return static_cast<size_t>(n);
    }
  }
  // The record is there, whole.
  void IsThere(const char* value = kValue) {
    hikae_buffer read = HIKAE_BUFFER_INIT;
    Must(hikae_record_get(session_, &ask_, Str(kWho), Str("氏名"), &read, &err_));
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(read.ptr), read.len), value);
    hikae_buffer_free(&read);
  }

  static constexpr hikae_str kCard[] = {{"ic-card", 7}, {"pin", 3}};
  std::string directory_;
  hikae_office* office_ = nullptr;
  hikae_keys* keys_ = nullptr;
  hikae_session* session_ = nullptr;
  hikae_error* err_ = nullptr;
  hikae_secret secret_ = HIKAE_SECRET_INIT;
  hikae_session_options who_ = HIKAE_SESSION_OPTIONS_INIT;
  hikae_ask ask_ = HIKAE_ASK_INIT;
};

TEST_F(VaultMemory, OfSessions) {
  hikae_session* made = nullptr;
  const size_t begun = Sweep(
      [&](hikae_error** err) {
        made = Sentinel<hikae_session>();
        return hikae_session_begin(keys_, &who_, &made, err);
      },
      [&] { return made == nullptr; },
      [&] {
        if (made == nullptr) return;
        hikae_session_free(made);
        made = nullptr;
      });
  hikae_decision* decision = nullptr;
  const size_t asked = Sweep(
      [&](hikae_error** err) {
        decision = Sentinel<hikae_decision>();
        return hikae_session_would_allow(session_, &ask_, Str(kWho), &decision, err);
      },
      [&] { return decision == nullptr; }, [&] { hikae_decision_free(decision), decision = nullptr; });
  std::printf("%zu failed allocations of a login, %zu of a question\n", begun, asked);
  EXPECT_GT(begun, 20u);
  EXPECT_GT(asked, 5u);
  IsThere();
}

TEST_F(VaultMemory, OfReading) {
  hikae_buffer value = HIKAE_BUFFER_INIT;
  const size_t one = Sweep(
      [&](hikae_error** err) {
        value = {Sentinel<uint8_t>(), 7, 7};
        return hikae_record_get(session_, &ask_, Str(kWho), Str("氏名"), &value, err);
      },
      [&] { return value.ptr == nullptr && value.len == 0; }, [&] { hikae_buffer_free(&value); });
  hikae_records* records = nullptr;
  const hikae_str subjects[] = {Str(kWho), Str("99999999")};
  const size_t many = Sweep(
      [&](hikae_error** err) {
        records = Sentinel<hikae_records>();
        return hikae_records_get(session_, &ask_, subjects, 2, &records, err);
      },
      [&] { return records == nullptr; }, [&] { hikae_records_free(records), records = nullptr; });
  hikae_list* found = nullptr;
  hikae_ask by_name = ask_;
  const hikae_str name = Str("氏名");
  by_name.items = &name;
  by_name.item_count = 1;
  const size_t searching = Sweep(
      [&](hikae_error** err) {
        found = Sentinel<hikae_list>();
        return hikae_records_search(session_, &by_name, HIKAE_INDEX_EXACT, Str(kValue), 9, &found, err);
      },
      [&] { return found == nullptr; },
      [&] {
        if (found != nullptr) {
          EXPECT_EQ(hikae_list_count(found), 1u);
        }
        hikae_list_free(found);
        found = nullptr;
      });
  std::printf("%zu failed allocations of reading an item, %zu of records, %zu of a search\n", one, many, searching);
  EXPECT_GT(searching, 10u);
  EXPECT_GT(one, 10u);
  EXPECT_GT(many, 10u);
}

TEST_F(VaultMemory, OfWriting) {
  const hikae_item item = {Str("氏名"), Str("山田 太郎 一丁目4番1号")};
  hikae_put put = HIKAE_PUT_INIT;
  put.subject = Str(kWho);
  put.set = &item;
  put.set_count = 1;
  put.conditional = 1;
  put.if_version = 1;
  uint64_t version = 0, expected = 1;
  int round = 0;
  const size_t writing = Sweep(
      [&](hikae_error** err) {
        version = 77;
        put.if_version = expected;
        const hikae_status status = hikae_records_put(session_, &ask_, &put, 1, &version, err);
        // Told as done, maybe with an allocation that failed where nothing hangs on it: then it is done.
        if (status >= 0) {
          EXPECT_EQ(version, ++expected);
        }
        return status;
      },
      [&] { return version == 0; },
      [&] {
        IsThere(expected == 1 ? kValue : "山田 太郎 一丁目4番1号");
        // What failed left its intents for the next write that succeeds; without one, each would look at all of them.
        if (++round % 8 == 0) {
          Must(hikae_record_put(session_, &ask_, Str("99999999"), Str("氏名"), Str("他の人"), &err_));
        }
      });
  std::printf("%zu failed allocations of a write\n", writing);
  EXPECT_GT(writing, 20u);
}

}  // namespace
