// The worked example of docs/formats/key-hierarchy.md §10, and what differs from it by one bit.
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "codec/hex.h"
#include "crypto/blake2b.h"
#include "crypto/passphrase.h"
#include "log/format_page.h"
#include "places.h"
#include "vault/keys/derive.h"
#include "vault/keys/erasure_journal.h"
#include "vault/keys/share_text.h"
#include "vault/keys/wrapped_key.h"

namespace hikae::vault {
namespace {

template <size_t kSize>
std::array<uint8_t, kSize> Filled(uint8_t byte) {
  std::array<uint8_t, kSize> bytes;
  bytes.fill(byte);
  return bytes;
}

const OfficeId kOffice = Filled<16>(0x0f);
const SubjectNumber kNumber = Filled<16>(0x05);
const auto kLock = Filled<32>(0x11), kMaster = Filled<32>(0x22), kOfficeKey = Filled<32>(0x33),
           kSubjectKey = Filled<32>(0x55), kLookupKey = Filled<32>(0x66);
const WrapNonce kNonce{Filled<24>(0x44)};
constexpr std::string_view kFile = "相談記録", kItem = "氏名", kId = "宛名0000001";

crypto::Secret Value(uint8_t byte) { return crypto::Secret(Filled<32>(byte)); }

std::map<std::string, std::string> Examples() {
  std::array<uint8_t, 32> wrapping, field, head;
  crypto::DeriveFromPassphrase("東京都江戸川区中央一丁目4番", Filled<16>(0x77), {1, 8 << 10}, wrapping);
  DeriveField(kSubjectKey.data(), kFile, kItem, field.data());
  DeriveHead(kSubjectKey.data(), kFile, head.data());
  store::VaultLockRow lock{1, 1, 1'621'472'400'000'000, 1, 8 << 10, std::string(16, '\x77'), 0, {}, {}};
  lock.wrapped = WrapKey(kLock.data(), kOffice, {KeyKind::kMaster, 1, 1}, {}, kMaster.data(), kNonce);
  store::VaultKeyRow office{2, 1, 1, 1'621'472'400'000'000, {}, {}};
  office.wrapped = WrapKey(kMaster.data(), kOffice, {KeyKind::kOffice, 1, 1}, {}, kOfficeKey.data(), kNonce);
  return {
      {"passphrase-key", std::string(AsText(wrapping))},
      {"master", lock.wrapped},
      {"lock-checksum", ChecksumOf(kOffice, lock)},
      {"office-key", office.wrapped},
      {"office-checksum", ChecksumOf(kOffice, office)},
      {"subject-key", WrapKey(kOfficeKey.data(), kOffice, {KeyKind::kSubject, 1, 1}, SubjectContext(kNumber, kFile),
                              kSubjectKey.data(), kNonce)},
      {"lookup", std::string(AsText(LookupOf(kLookupKey.data(), kId)))},
      {"sealed-id", SealId(kOfficeKey.data(), kOffice, 1, kNumber, kId, kNonce)},
      {"field", std::string(AsText(field))},
      {"head", std::string(AsText(head))},
      {"tombstone", std::string(AsText(TombstoneOf(kNumber, kFile)))},
  };
}

std::string ShareExample() {
  return ShareText{Filled<8>(0x88), 2, {3, Value(0x99)}, "髙橋 監査委員"}.ToString() + "\n";
}
std::string JournalExample() {
  std::string text = JournalText::Opening(kOffice);
  text += JournalText::Parse(text)->Line(TombstoneOf(kNumber, kFile));
  return text + JournalText::Parse(text)->Line(TombstoneOf(kNumber, "給付台帳"));
}

std::string TextOfPage(const std::string& name) {
  std::ifstream in(hikae::test::SourceDir() + "/docs/formats/key-hierarchy.md");
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const std::string open = "```text " + name + "\n";
  const size_t begin = text.find(open);
  if (begin == std::string::npos) return {};
  return text.substr(begin + open.size(), text.find("```", begin + open.size()) - begin - open.size());
}

TEST(KeyFormat, ThePageIsReproduced) {
  for (const auto& [name, bytes] : Examples()) {
    const auto page = log::HexOfPage("key-hierarchy.md", name);
    EXPECT_EQ(codec::Hex(page), codec::Hex(crypto::AsBytes(bytes))) << name;
  }
  EXPECT_EQ(TextOfPage("share"), ShareExample());
  EXPECT_EQ(TextOfPage("journal"), JournalExample());
}

TEST(KeyFormat, AWrappedKeyOpensAsWhatItIsOnly) {
  const KeyName name{KeyKind::kSubject, 2, 7};
  const std::string context = SubjectContext(kNumber, kFile);
  const std::string wrapped = WrapKey(kOfficeKey.data(), kOffice, name, context, kSubjectKey.data());
  std::array<uint8_t, 32> key{};
  const auto open = [&](const uint8_t* wrapping, const OfficeId& office, const KeyName& as, std::string_view in,
                        std::string_view bytes) {
    key.fill(0xEE);
    const Unwrapped result = UnwrapKey(wrapping, office, as, in, bytes, key.data());
    EXPECT_TRUE(result == Unwrapped::kOpened ? key == kSubjectKey : key == (Filled<32>(0)));
    return result;
  };
  EXPECT_EQ(open(kOfficeKey.data(), kOffice, name, context, wrapped), Unwrapped::kOpened);
  EXPECT_TRUE(NameOfWrapped(wrapped) == name);
  EXPECT_EQ(open(kMaster.data(), kOffice, name, context, wrapped), Unwrapped::kOtherKey);
  EXPECT_EQ(open(kOfficeKey.data(), Filled<16>(1), name, context, wrapped), Unwrapped::kDamaged);
  EXPECT_EQ(open(kOfficeKey.data(), kOffice, {KeyKind::kIndex, 2, 7}, context, wrapped), Unwrapped::kDamaged);
  EXPECT_EQ(open(kOfficeKey.data(), kOffice, {KeyKind::kSubject, 3, 7}, context, wrapped), Unwrapped::kDamaged);
  EXPECT_EQ(open(kOfficeKey.data(), kOffice, {KeyKind::kSubject, 2, 8}, context, wrapped), Unwrapped::kDamaged);
  EXPECT_EQ(open(kOfficeKey.data(), kOffice, name, SubjectContext(kNumber, "相談記録 "), wrapped), Unwrapped::kDamaged);
  EXPECT_EQ(open(kOfficeKey.data(), kOffice, name, context, wrapped.substr(1)), Unwrapped::kDamaged);
  EXPECT_EQ(open(kOfficeKey.data(), kOffice, name, context, "\x02" + wrapped.substr(1)), Unwrapped::kNewer);
  EXPECT_EQ(open(kOfficeKey.data(), kOffice, name, context, wrapped + "x"), Unwrapped::kDamaged);
  EXPECT_EQ(open(kOfficeKey.data(), kOffice, name, context, ""), Unwrapped::kDamaged);
  for (size_t bit = 0; bit < wrapped.size() * 8; ++bit) {
    std::string flipped = wrapped;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_NE(open(kOfficeKey.data(), kOffice, name, context, flipped), Unwrapped::kOpened) << bit;
  }
}

TEST(KeyFormat, ASealedIdOpensForItsSubjectOnly) {
  const std::string sealed = SealId(kOfficeKey.data(), kOffice, 1, kNumber, kId);
  EXPECT_TRUE(OpenId(kOfficeKey.data(), kOffice, 1, kNumber, sealed) == kId);
  EXPECT_FALSE(OpenId(kMaster.data(), kOffice, 1, kNumber, sealed));
  EXPECT_FALSE(OpenId(kOfficeKey.data(), Filled<16>(1), 1, kNumber, sealed));
  EXPECT_FALSE(OpenId(kOfficeKey.data(), kOffice, 2, kNumber, sealed));
  EXPECT_FALSE(OpenId(kOfficeKey.data(), kOffice, 1, Filled<16>(6), sealed));
  for (size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string flipped = sealed;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(OpenId(kOfficeKey.data(), kOffice, 1, kNumber, flipped)) << bit;
  }
}

TEST(KeyFormat, AShareIsReadAsItWasWrittenOnly) {
  const std::string line = ShareExample().substr(0, ShareExample().size() - 1);
  const auto read = ShareText::Parse(line);
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  EXPECT_EQ(read->custodian, "髙橋 監査委員");
  EXPECT_TRUE(read->share.value.bytes == Value(0x99).bytes);
  for (size_t at = 0; at < line.size(); ++at) {
    for (const char with : {'0', 'A', ' ', '-', '\n', '\0'}) {
      std::string altered = line;
      if (altered[at] == with) continue;
      altered[at] = with;
      const auto other = ShareText::Parse(altered);
      ASSERT_FALSE(other.ok()) << altered;
      EXPECT_EQ(other.error().status, base::Status::kArgument);
      EXPECT_EQ(other.error().ToString().find("9999"), std::string::npos) << "no digits in errors";
    }
    EXPECT_FALSE(ShareText::Parse(line.substr(0, at)).ok());
  }
  // Right sums over what is no share.
  for (const ShareText& bad : {ShareText{{}, 0, {3, Value(1)}, "a"}, ShareText{{}, 2, {0, Value(1)}, "a"},
                               ShareText{{}, 2, {3, Value(1)}, ""}, ShareText{{}, 2, {3, Value(1)}, "a\tb"}}) {
    EXPECT_FALSE(ShareText::Parse(bad.ToString()).ok()) << bad.ToString();
  }
}

TEST(KeyFormat, AJournalMayBeTornAtItsEndOnly) {
  const std::string text = JournalExample();
  const size_t first = text.find('\n') + 1, second = text.find('\n', first) + 1;
  for (size_t size = 0; size <= text.size(); ++size) {
    const auto read = JournalText::Parse(std::string_view(text).substr(0, size));
    ASSERT_EQ(read.has_value(), size >= first) << size;
    if (!read) continue;
    EXPECT_EQ(read->erased.size(), (size >= second ? 1u : 0u) + (size == text.size() ? 1u : 0u)) << size;
    EXPECT_EQ(read->torn, size != first && size != second && size != text.size()) << size;
  }
  for (size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string flipped = text;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    const auto read = JournalText::Parse(flipped);
    EXPECT_TRUE(!read || (bit / 8 >= second && read->torn && read->erased.size() == 1)) << bit;
  }
  const std::string longer = text + JournalText::Parse(text)->Line(Filled<32>(1));
  EXPECT_EQ(JournalText::Parse(longer)->erased.size(), 3u);
  EXPECT_FALSE(JournalText::Parse(text.substr(0, first) + longer.substr(second))) << "a line is missing";
  EXPECT_FALSE(JournalText::Parse(text + std::string(97, '0'))) << "nobody tears that much";
}

}  // namespace
}  // namespace hikae::vault
