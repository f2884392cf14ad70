#include "crypto/age/age.h"

#include <gtest/gtest.h>
#include <sodium.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>

#include "crypto/age/bech32.h"
#include "crypto/age/header.h"
#include "places.h"

namespace hikae::crypto::age {
namespace {

namespace fs = std::filesystem;
using base::Status;

constexpr uint32_t kQuick = 10;  // work factor, so that tests do not wait

Bytes AsBytes(std::string_view text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }

// Gives a text in pieces of a few sizes, so that no reader can rely on where they end.
Pull From(std::string text) {
  return [text = std::move(text), at = size_t{0}, round = size_t{0}](std::span<uint8_t> into) mutable {
    static constexpr size_t kSizes[] = {1, 7, 4096, 100'000};
    const size_t count = std::min({into.size(), text.size() - at, kSizes[round++ % 4]});
    std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(at), count, into.begin());
    at += count;
    return base::Result<size_t>(count);
  };
}
Push Into(std::string& text) {
  return [&text](Bytes bytes) {
    text.append(bytes.begin(), bytes.end());
    return base::Result<void>();
  };
}

struct Opened {
  std::string plain;
  std::optional<base::Error> error;
};
Opened OpenAll(const std::string& file, const Reader::Secrets& secrets, std::optional<Form> form = {}) {
  Opened out;
  auto reader = Reader::Open(From(file), secrets, form);
  if (!reader.ok()) return {"", reader.error()};
  std::vector<uint8_t> part(10'000);
  for (;;) {
    const auto size = reader->Read(part);
    if (!size.ok()) {
      out.error = size.error();
      const auto again = reader->Read(part);
      EXPECT_FALSE(again.ok()) << "nothing is given out behind an error";
      return out;
    }
    if (*size == 0) return out;
    out.plain.append(part.begin(), part.begin() + static_cast<std::ptrdiff_t>(*size));
  }
}
Opened OpenAll(const std::string& file, const Identity& identity, std::optional<Form> form = {}) {
  return OpenAll(file, {{&identity, 1}, {}, kMaxWorkFactor}, form);
}

std::string Sealed(const std::string& plain, const Recipient& recipient, Form form) {
  std::string file;
  auto writer = Writer::ForRecipients(Into(file), {&recipient, 1}, form);
  EXPECT_TRUE(writer.ok());
  // In uneven pieces.
  for (size_t at = 0, size = 1; at < plain.size(); at += size, size = size * 3 + 1) {
    size = std::min(size, plain.size() - at);
    EXPECT_TRUE(writer->Write(AsBytes(plain).subspan(at, size)).ok());
  }
  EXPECT_TRUE(writer->Finish().ok());
  return file;
}

std::string Text(size_t size) {
  std::mt19937 random(static_cast<uint32_t>(size));
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

std::string HexOf(Bytes bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  text.pop_back();
  return text;
}

const std::vector<size_t> kSizes = {0, 1, 65'535, 65'536, 65'537, 131'072, 200'001};

TEST(Age, WhatIsSealedIsOpened) {
  const Identity identity = Identity::Generate(), other = Identity::Generate();
  for (const Form form : {Form::kBinary, Form::kArmored}) {
    for (const size_t size : kSizes) {
      const std::string plain = Text(size), file = Sealed(plain, identity.recipient(), form);
      EXPECT_EQ(file.starts_with(kArmorBegin), form == Form::kArmored);
      const Opened opened = OpenAll(file, identity);
      ASSERT_FALSE(opened.error) << size << ": " << opened.error->ToString();
      EXPECT_TRUE(opened.plain == plain) << size;
      const Opened wrong = OpenAll(file, other);
      ASSERT_TRUE(wrong.error);
      EXPECT_EQ(wrong.error->status, Status::kSecret);
    }
  }
}

TEST(Age, EveryRecipientOpensIt) {
  std::vector<Identity> identities;
  std::vector<Recipient> recipients;
  for (int i = 0; i < 5; ++i) {
    identities.push_back(Identity::Generate());
    recipients.push_back(identities.back().recipient());
  }
  std::string file;
  auto writer = Writer::ForRecipients(Into(file), recipients, Form::kBinary);
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE(writer->Write(AsBytes("受渡簿 第3号 𠮷田")).ok());
  ASSERT_TRUE(writer->Finish().ok());
  for (const Identity& identity : identities) EXPECT_EQ(OpenAll(file, identity).plain, "受渡簿 第3号 𠮷田");
  EXPECT_EQ(OpenAll(file, {identities, {}, kMaxWorkFactor}).plain, "受渡簿 第3号 𠮷田");
}

TEST(Age, APassphraseOpensIt) {
  std::string file;
  auto writer = Writer::ForPassphrase(Into(file), "ひかえ 控え", Form::kArmored, kQuick);
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE(writer->Write(AsBytes("ｶﾅ氏名")).ok());
  ASSERT_TRUE(writer->Finish().ok());
  EXPECT_EQ(OpenAll(file, {{}, "ひかえ 控え", kMaxWorkFactor}).plain, "ｶﾅ氏名");
  EXPECT_EQ(OpenAll(file, {{}, "ひかえ", kMaxWorkFactor}).error->status, Status::kSecret);
  const Opened dear = OpenAll(file, {{}, "ひかえ 控え", kQuick - 1});
  ASSERT_TRUE(dear.error);
  EXPECT_EQ(dear.error->status, Status::kArgument);
  EXPECT_NE(dear.error->ToString().find("a work factor of at most 9"), std::string::npos);
}

TEST(Age, BadArgumentsAreRefused) {
  std::string file;
  EXPECT_EQ(Writer::ForRecipients(Into(file), {}, Form::kBinary).error().status, Status::kArgument);
  const std::vector<Recipient> many(kMaxRecipients + 1, Identity::Generate().recipient());
  EXPECT_EQ(Writer::ForRecipients(Into(file), many, Form::kBinary).error().status, Status::kArgument);
  EXPECT_EQ(Writer::ForPassphrase(Into(file), "", Form::kBinary, kQuick).error().status, Status::kArgument);
  EXPECT_EQ(Writer::ForPassphrase(Into(file), "x", Form::kBinary, kMaxWorkFactor + 1).error().status,
            Status::kArgument);
  EXPECT_EQ(file, "");
}

TEST(Age, AFullDiskIsHandedOn) {
  const Identity identity = Identity::Generate();
  for (size_t room = 0; room < 400; room += 13) {
    size_t left = room;
    const Push sink = [&](Bytes bytes) -> base::Result<void> {
      if (bytes.size() > left) return base::Error(Status::kIo, "full");
      left -= bytes.size();
      return {};
    };
    const Recipient recipient = identity.recipient();
    auto writer = Writer::ForRecipients(sink, {&recipient, 1}, Form::kBinary);
    if (!writer.ok()) {
      EXPECT_EQ(writer.error().status, Status::kIo);
      continue;
    }
    auto done = writer->Write(AsBytes(Text(200)));
    if (done.ok()) done = writer->Finish();
    EXPECT_EQ(done.ok(), room >= 200 + 16 + 200) << room;
  }
}

// Whatever one bit of a file is, it is refused, and no byte of a chunk that is not good is given out.
TEST(Age, EveryFlippedBitIsNoticed) {
  const Identity identity = Identity::Generate();
  const std::string plain = "条例第12条第1項", file = Sealed(plain, identity.recipient(), Form::kBinary);
  size_t tried = 0;
  // What is drawn at random for the file decides what a flipped letter may become.
  for (size_t byte = 0; byte < file.size(); ++byte) {
    for (int bit = 0; bit < 8; ++bit, ++tried) {
      std::string changed = file;
      changed[byte] = static_cast<char>(changed[byte] ^ 1 << bit);
      const Opened opened = OpenAll(changed, identity);
      ASSERT_TRUE(opened.error) << "byte " << byte << " bit " << bit;
      ASSERT_EQ(opened.plain, "");
    }
  }
  for (size_t size = 0; size < file.size(); ++size, ++tried)
    ASSERT_TRUE(OpenAll(file.substr(0, size), identity).error) << size;
  std::printf("%zu changed or shortened files refused\n", tried);
}

TEST(AgeBase64, TakesNothingButItsLetters) {
  for (int c = 0; c < 256; ++c) {
    std::string text = "QUJD";
    text[1] = static_cast<char>(c);
    const bool letter =
        (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    EXPECT_EQ(FromRawBase64(text).has_value(), letter) << c;
  }
}

TEST(Age, ChunksCannotBeLeftOutOrMoved) {
  const Identity identity = Identity::Generate();
  const std::string plain = Text(3 * kChunkBytes), file = Sealed(plain, identity.recipient(), Form::kBinary);
  const size_t sealed = kChunkBytes + 16, head = file.size() - 3 * sealed;
  const auto chunk = [&](size_t i) { return file.substr(head + i * sealed, sealed); };
  const std::string begin = file.substr(0, head);
  for (const auto& [what, content] : std::map<std::string, std::string>{
           {"the first is gone", chunk(1) + chunk(2)},
           {"the second is gone", chunk(0) + chunk(2)},
           {"the last is gone", chunk(0) + chunk(1)},
           {"two are exchanged", chunk(1) + chunk(0) + chunk(2)},
           {"one is there twice", chunk(0) + chunk(0) + chunk(1) + chunk(2)},
           {"something follows", chunk(0) + chunk(1) + chunk(2) + "x"},
       }) {
    const Opened opened = OpenAll(begin + content, identity);
    ASSERT_TRUE(opened.error) << what;
    EXPECT_EQ(opened.error->status, Status::kTampered) << what;
    EXPECT_EQ(plain.compare(0, opened.plain.size(), opened.plain), 0) << what;
  }
}

TEST(AgeKeys, ReadAndWritten) {
  const auto identity = Identity::Parse("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX");
  ASSERT_TRUE(identity.ok());
  EXPECT_EQ(identity->recipient().ToString(), "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj");
  EXPECT_EQ(identity->SecretText(), "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX");
  EXPECT_EQ(*Recipient::Parse(identity->recipient().ToString()), identity->recipient());
  for (const char* bad : {"", "age1", "age", "AGE1ZVKYG2LQZRAA2LNJVQEJ32NKUU0UES2S82HZRYE869XEEXVN73EQUNUJWj",
                          "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwk",
                          "age1 zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj",
                          "age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e", "受取人"}) {
    EXPECT_EQ(Recipient::Parse(bad).error().status, Status::kArgument) << bad;
  }
  const auto bad = Identity::Parse("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEY");
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().ToString().find("GFPYY"), std::string::npos) << "an error must not quote a key";
}

TEST(AgeKeys, EveryChangedLetterIsNoticed) {
  const std::string text = Identity::Generate().recipient().ToString();
  for (size_t at = 0; at < text.size(); ++at) {
    for (const char c : std::string_view("qpzry9x8gf2tvdw0s3jn54khce6mua7l1bio")) {
      if (text[at] == c) continue;
      std::string changed = text;
      changed[at] = c;
      EXPECT_FALSE(Recipient::Parse(changed).ok()) << changed;
    }
  }
}

// ---- the public vectors ----
struct Vector {
  std::multimap<std::string, std::string> fields;
  std::string file;
  std::string Field(const std::string& name) const {
    const auto at = fields.find(name);
    return at == fields.end() ? "" : at->second;
  }
};

std::string Inflated(const std::string& bytes) {
  z_stream stream{};
  EXPECT_EQ(inflateInit(&stream), Z_OK);
  std::string out;
  std::vector<char> part(1 << 16);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  int state = Z_OK;
  while (state == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(part.data());
    stream.avail_out = static_cast<uInt>(part.size());
    state = inflate(&stream, Z_NO_FLUSH);
    out.append(part.data(), part.size() - stream.avail_out);
  }
  EXPECT_EQ(state, Z_STREAM_END);
  inflateEnd(&stream);
  return out;
}

Vector ReadVector(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  Vector out;
  for (std::string line; std::getline(in, line) && !line.empty();) {
    const size_t colon = line.find(": ");
    out.fields.emplace(line.substr(0, colon), line.substr(colon + 2));
  }
  out.file.assign(std::istreambuf_iterator<char>(in), {});
  if (out.Field("compressed") == "zlib") out.file = Inflated(out.file);
  return out;
}

// The class of a failure, in the words of the vectors.
std::string ClassOf(const Opened& opened) {
  if (!opened.error) return "success";
  const base::Error& error = *opened.error;
  const auto says = [&](const char* words) { return error.ToString().find(words) != std::string::npos; };
  if (error.status == Status::kSecret) return "no match";
  if (error.status == Status::kTampered)
    return says("the header of the age file was changed") ? "HMAC failure" : "payload failure";
  if (says("the armor of")) return "armor failure";
  return error.status == Status::kArgument || error.status == Status::kVersion ? "header failure" : error.ToString();
}

TEST(AgeVectors, EachIsOpenedOrRefusedAsItSays) {
  const fs::path folder = fs::path(hikae::test::SharedData()) / "age" / "testdata";
  if (!fs::is_directory(folder)) GTEST_SKIP() << folder << " is not here";
  size_t run = 0, post_quantum = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    const Vector vector = ReadVector(entry.path());
    SCOPED_TRACE(name);
    std::vector<Identity> identities;
    bool unsupported = false;
    for (auto [at, end] = vector.fields.equal_range("identity"); at != end; ++at) {
      unsupported = unsupported || at->second.starts_with("AGE-SECRET-KEY-PQ-");
      auto identity = Identity::Parse(at->second);
      if (identity.ok()) identities.push_back(*std::move(identity));
    }
    if (unsupported) {
      ++post_quantum;
      continue;
    }
    ++run;
    Reader::Secrets secrets{identities, {}, kMaxWorkFactor};
    const std::string passphrase = vector.Field("passphrase");
    if (!passphrase.empty()) secrets.passphrase = passphrase;
    const Form form = vector.Field("armored") == "yes" ? Form::kArmored : Form::kBinary;
    const Opened opened = OpenAll(vector.file, secrets, form);
    EXPECT_EQ(ClassOf(opened), vector.Field("expect")) << (opened.error ? opened.error->ToString() : "");
    // Of a payload that fails, what was good before is named too.
    if (const std::string hash = vector.Field("payload"); !hash.empty()) {
      EXPECT_EQ(HexOf(Sha256Of(AsBytes(opened.plain))), hash);
    }
  }
  std::printf("%zu vectors, %zu post-quantum ones passed over\n", run, post_quantum);
  EXPECT_GT(run, 60u);
}

// ---- beside another program ----
class AgeProgram : public testing::Test {
 protected:
  void SetUp() override {
    if (std::system("command -v age >/dev/null && command -v age-keygen >/dev/null") != 0)
      GTEST_SKIP() << "age is not installed";
    directory_ = fs::path(testing::TempDir()) / ("age_" + std::to_string(::getpid()));
    fs::create_directories(directory_);
  }
  void TearDown() override { fs::remove_all(directory_); }
  std::string Path(const char* name) const { return (directory_ / name).string(); }
  void Put(const char* name, const std::string& content) const {
    std::ofstream(Path(name), std::ios::binary) << content;
  }
  std::string Get(const char* name) const {
    std::ifstream in(Path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  fs::path directory_;
};

TEST_F(AgeProgram, OpensOursAndWeOpenIts) {
  const Identity identity = Identity::Generate();
  Put("key", identity.SecretText() + "\n");
  for (const Form form : {Form::kBinary, Form::kArmored}) {
    for (const size_t size : kSizes) {
      const std::string plain = Text(size);
      Put("ours", Sealed(plain, identity.recipient(), form));
      ASSERT_EQ(std::system(("age -d -i " + Path("key") + " " + Path("ours") + " >" + Path("out")).c_str()), 0) << size;
      EXPECT_TRUE(Get("out") == plain) << size;
      Put("plain", plain);
      ASSERT_EQ(std::system(("age " + std::string(form == Form::kArmored ? "-a " : "") + "-r " +
                             identity.recipient().ToString() + " -o " + Path("theirs") + " " + Path("plain"))
                                .c_str()),
                0);
      const Opened opened = OpenAll(Get("theirs"), identity);
      EXPECT_FALSE(opened.error) << opened.error->ToString();
      EXPECT_TRUE(opened.plain == plain) << size;
    }
  }
}

}  // namespace
}  // namespace hikae::crypto::age
