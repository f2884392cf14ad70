#include "store/sqlite/clean_pages.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>

#include "store/database.h"

namespace hikae::store {
namespace {

namespace fs = std::filesystem;
using base::Result;

constexpr size_t kPage = 4'096;

std::vector<uint8_t> LeafOf(const std::vector<uint16_t>& cells, uint16_t start, bool first) {
  std::vector<uint8_t> page(kPage, 0xEE);
  size_t at = first ? 100 : 0;
  const auto put = [&](size_t value) { page[at++] = static_cast<uint8_t>(value >> 8), page[at++] = value & 0xFF; };
  page[at++] = 13;
  put(0), put(cells.size()), put(start);
  page[at++] = 0;
  for (const uint16_t cell : cells) put(cell);
  return page;
}

void ExpectUnallocated(const std::vector<uint8_t>& page, bool first, size_t begin, size_t end) {
  const Unallocated found = UnallocatedOf(page, first);
  EXPECT_EQ(found.begin, begin);
  EXPECT_EQ(found.end, end);
}

TEST(UnallocatedOf, IsWhatLiesBetweenPointersAndCells) {
  ExpectUnallocated(LeafOf({4'000, 3'900}, 3'900, false), false, 12, 3'900);
  ExpectUnallocated(LeafOf({4'000, 3'900}, 3'900, true), true, 112, 3'900);
  ExpectUnallocated(LeafOf({}, 4'096, false), false, 8, 4'096);
  auto inner = LeafOf({0, 0, 4'000}, 3'900, false);  // the first two stand for the rightmost page
  inner[0] = 5, inner[4] = 1;
  ExpectUnallocated(inner, false, 14, 3'900);
}

TEST(UnallocatedOf, IsNothingOfAPageThatIsNoTreeOrDoesNotHoldTogether) {
  auto other = LeafOf({4'000}, 4'000, false);
  for (int type = 0; type < 256; ++type) {
    if (std::set<int>{2, 5, 10, 13}.contains(type)) continue;
    other[0] = static_cast<uint8_t>(type);
    ExpectUnallocated(other, false, 0, 0);
  }
  ExpectUnallocated(LeafOf({4'000, 3'899}, 3'900, false), false, 0, 0);  // a cell in front of the cells
  ExpectUnallocated(LeafOf({4'000, 4'096}, 3'900, false), false, 0, 0);  // behind the page
  ExpectUnallocated(LeafOf({}, 4'097, false), false, 0, 0);
  ExpectUnallocated(LeafOf({}, 7, false), false, 0, 0);
  ExpectUnallocated(LeafOf({}, 0, false), false, 0, 0);  // 0 is 65,536, in a page of that size alone
  ExpectUnallocated(std::vector<uint8_t>(11, 13), false, 0, 0);
}

class CleanPagesTest : public testing::TestWithParam<Content> {
 protected:
  CleanPagesTest() : directory_(fs::temp_directory_path() / ("hikae 頁 " + std::to_string(getpid()))) {
    fs::remove_all(directory_);
    fs::create_directories(directory_);
    database_ = *Database::Open(path(), {.content = GetParam(), .create = true});
    EXPECT_TRUE(
        database_->Run("CREATE TABLE kept (id BLOB NOT NULL PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID").ok());
    EXPECT_TRUE(database_->Run("CREATE INDEX kept_body ON kept (body)").ok());
  }
  ~CleanPagesTest() override {
    database_.reset();
    fs::remove_all(directory_);
  }
  std::string path() const { return (directory_ / "台帳.db").string(); }

  // Rows strewn over the whole tree, some longer than others, so that pages are laid out anew now and then.
  void Add(size_t count) {
    const auto done = database_->Write([&]() -> Result<void> {
      for (size_t i = 0; i < count; ++i) {
        HIKAE_TRY(const auto add, database_->Ask("INSERT INTO kept VALUES ($1, $2)"));
        const std::string id = Bytes(24), body = Bytes(32 + random_() % 200);
        add->BindBytes(1, id).BindBytes(2, body);
        HIKAE_CHECK(add->Step());
        ids_.push_back(id), bodies_.push_back(body);
      }
      return {};
    });
    ASSERT_TRUE(done.ok()) << done.error().ToString();
  }
  void Remove(size_t i) {
    const auto done = database_->Write([&]() -> Result<void> {
      HIKAE_TRY(const auto remove, database_->Ask("DELETE FROM kept WHERE id = $1"));
      remove->BindBytes(1, ids_[i]);
      HIKAE_CHECK(remove->Step());
      return {};
    });
    ASSERT_TRUE(done.ok()) << done.error().ToString();
  }
  std::string Bytes(size_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_());
    return bytes;
  }
  static std::string WholeFile(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string Everything() const {
    std::string all;
    for (const auto& entry : fs::directory_iterator(directory_)) all += WholeFile(entry.path());
    return all;
  }
  // Of the first `removed` rows, how many are still somewhere.
  size_t Left(size_t removed) const {
    const std::string all = Everything();
    size_t left = 0;
    for (size_t i = 0; i < removed; ++i) {
      if (all.find(ids_[i]) != std::string::npos || all.find(bodies_[i].substr(0, 24)) != std::string::npos) ++left;
    }
    return left;
  }
  static size_t UncleanPages(const std::string& path) {
    const std::string bytes = WholeFile(path);
    EXPECT_EQ(bytes.size() % kPage, 0u);
    size_t unclean = 0;
    for (size_t at = 0; at < bytes.size(); at += kPage) {
      const auto* const page = reinterpret_cast<const uint8_t*>(bytes.data()) + at;
      const auto [begin, end] = UnallocatedOf({page, kPage}, at == 0);
      if (!std::all_of(page + begin, page + end, [](uint8_t byte) { return byte == 0; })) ++unclean;
    }
    return unclean;
  }

  std::mt19937 random_{20'211'028};
  const fs::path directory_;
  std::shared_ptr<Database> database_;
  std::vector<std::string> ids_, bodies_;
};

TEST_P(CleanPagesTest, NothingOfWhatWasDeletedIsLeft) {
  constexpr size_t kRemoved = 1'500;
  for (int i = 0; i < 15; ++i) Add(200);
  for (size_t i = 0; i < kRemoved; ++i) Remove(i);
  ASSERT_TRUE(*database_->EmptyWriteAheadLog());
  EXPECT_EQ(UncleanPages(path()), 0u);
  EXPECT_EQ(Left(kRemoved), 0u) << "of " << kRemoved;
  // Nor does it come back with what this connection writes next: its pages are those of the file.
  for (int i = 0; i < 5; ++i) {
    Add(20);
    EXPECT_EQ(Left(kRemoved), 0u) << "of " << kRemoved;
  }
  EXPECT_TRUE(database_->CheckWhole().ok());
}

TEST_P(CleanPagesTest, ACopyIsAsClean) {
  for (int i = 0; i < 15; ++i) Add(200);
  const std::string copy = (directory_ / "控え.db").string();
  ASSERT_TRUE(database_->CopyTo(copy).ok());
  EXPECT_EQ(UncleanPages(copy), 0u);
  database_ = *Database::Open(copy, {.content = GetParam()});
  fs::remove(path());
  fs::remove(path() + "-wal");
  fs::remove(path() + "-shm");
  for (size_t i = 0; i < 1'500; ++i) Remove(i);
  ASSERT_TRUE(*database_->EmptyWriteAheadLog());
  EXPECT_EQ(Left(1'500), 0u);
}

INSTANTIATE_TEST_SUITE_P(Of, CleanPagesTest, testing::Values(Content::kOffice, Content::kKeys),
                         [](const auto& content) { return content.param == Content::kKeys ? "Keys" : "Office"; });

}  // namespace
}  // namespace hikae::store
