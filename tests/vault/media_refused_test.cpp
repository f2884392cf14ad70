// What is no export, or not the one its manifest says, is refused, and nothing of it is given out.
#include <algorithm>
#include <functional>

#include "log/every_nth.h"
#include "vault/media_fixture.h"

namespace hikae::vault {
namespace {

using log::EveryNth;

class MediaRefused : public Media {
 protected:
  std::vector<uint8_t>& AgeFile() { return *io_.Bytes(Path(".age")); }
  std::vector<uint8_t>& Note() { return *io_.Bytes(Path(".manifest")); }
  static std::string Path(const std::string& suffix) { return std::string(kMedium) + "/" + kName + suffix; }
  void Put(const std::string& suffix, std::string_view bytes) {
    io_.SetBytes(Path(suffix), {bytes.begin(), bytes.end()});
  }
  base::Error Refusal() { return Media::Refusal(Keys(), Secrets()); }
  Manifest Told() {
    const auto manifest = OpenManifest(std::string(Note().begin(), Note().end()), Keys());
    EXPECT_TRUE(manifest.ok());
    return *manifest;
  }
  // As the office itself would sign it.
  void Resign(const Manifest& manifest) {
    const auto text = manifest.ToText();
    ASSERT_TRUE(text.ok()) << text.error().ToString();
    Put(".manifest", signing_.Note(*text));
  }
  // Seals any text as the stream of `manifest`, whose numbers are made to fit.
  void Seal(std::string_view plain, Manifest manifest) {
    std::string file;
    const auto sink = [&file](crypto::Bytes bytes) {
      file.append(bytes.begin(), bytes.end());
      return Result<void>();
    };
    const age::Recipient recipient = identity_.recipient();
    auto writer = age::Writer::ForRecipients(sink, {&recipient, 1}, age::Form::kBinary);
    ASSERT_TRUE(writer->Write({reinterpret_cast<const uint8_t*>(plain.data()), plain.size()}).ok());
    ASSERT_TRUE(writer->Finish().ok());
    manifest.plain_bytes = plain.size();
    manifest.plain_sha256 = crypto::Sha256Of({reinterpret_cast<const uint8_t*>(plain.data()), plain.size()});
    manifest.age_bytes = file.size();
    manifest.age_sha256 = crypto::Sha256Of({reinterpret_cast<const uint8_t*>(file.data()), file.size()});
    Put(".age", file);
    Resign(manifest);
  }
};

TEST_F(MediaRefused, EveryBitChanged) {
  for (const age::Form armor : {age::Form::kBinary, age::Form::kArmored}) {
    MediaPlan plan = Plan();
    plan.armor = armor;
    Write(plan, 3);
    const auto age_file = AgeFile(), note = Note();
    ASSERT_GT(age_file.size(), 500u);
    for (const char* suffix : {".age", ".manifest"}) {
      const auto& whole = suffix[1] == 'a' ? age_file : note;
      for (size_t bit = 0; bit < 8 * whole.size(); bit += EveryNth(7)) {
        auto changed = whole;
        changed[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
        io_.SetBytes(Path(suffix), changed);
        const base::Error error = Refusal();
        ASSERT_FALSE(error.text.ja.empty() && suffix[1] == 'a') << bit;
        ASSERT_TRUE(error.status == Status::kTampered ||
                    (suffix[1] == 'm' && (error.status == Status::kRefused || error.status == Status::kArgument)))
            << suffix << " " << bit << ": " << error.ToString();
      }
      io_.SetBytes(Path(suffix), whole);
    }
    ASSERT_TRUE(ReadExport(io_, kMedium, Keys(), Secrets()).ok()) << "put back, it is read";
    for (const char* suffix : {".age", ".manifest"}) ASSERT_TRUE(io_.Remove(Path(suffix)).ok());
  }
}

TEST_F(MediaRefused, CutOffOrLonger) {
  Write(Plan(), 3);
  const auto age_file = AgeFile(), note = Note();
  for (size_t size = 0; size < age_file.size(); size += EveryNth(5)) {
    io_.SetBytes(Path(".age"), {age_file.begin(), age_file.begin() + static_cast<std::ptrdiff_t>(size)});
    ASSERT_EQ(Refusal().status, Status::kTampered) << size;
  }
  auto longer = age_file;
  longer.push_back(0);
  io_.SetBytes(Path(".age"), longer);
  EXPECT_EQ(Refusal().status, Status::kTampered);
  io_.SetBytes(Path(".age"), age_file);
  for (size_t size = 0; size < note.size(); size += EveryNth(5)) {
    io_.SetBytes(Path(".manifest"), {note.begin(), note.begin() + static_cast<std::ptrdiff_t>(size)});
    ASSERT_FALSE(ReadExport(io_, kMedium, Keys(), Secrets()).ok()) << size;
  }
}

TEST_F(MediaRefused, ManifestsExchangedOrMissing) {
  Write(Plan(), 3);
  ASSERT_TRUE(WriteExport(io_, kMedium, Plan(), 4, signing_, "other").ok());
  const auto other = *io_.Bytes(std::string(kMedium) + "/other.manifest"), note = Note();
  io_.SetBytes(Path(".manifest"), other);
  EXPECT_EQ(Refusal().status, Status::kTampered);
  ASSERT_TRUE(io_.Remove(Path(".manifest")).ok());
  EXPECT_EQ(Refusal().status, Status::kNotFound);
  io_.SetBytes(Path(".manifest"), note);
  ASSERT_TRUE(io_.Remove(Path(".age")).ok());
  EXPECT_EQ(Refusal().status, Status::kNotFound);
}

TEST_F(MediaRefused, KeysThatMayNotSign) {
  Write(Plan(), 3);
  const std::string text = *Told().ToText();
  EXPECT_EQ(Media::Refusal({}, Secrets()).status, Status::kRefused);
  const Signing thief(signing_.known().name, 9);
  EXPECT_EQ(Media::Refusal({thief.known()}, Secrets()).status, Status::kRefused);
  for (const char* name : {"hikae.example/江戸川/2022", "hikae.example/葛飾/2021", "hikae.example/江戸川"}) {
    const Signing other(name, 9);
    Put(".manifest", other.Note(text));
    const base::Error error = Media::Refusal({signing_.known(), other.known()}, Secrets());
    EXPECT_EQ(error.status, Status::kRefused) << name;
    EXPECT_FALSE(error.text.ja.empty());
  }
  // A witness of that name signs checkpoints, not manifests.
  const crypto::SigningKey witness = LogKey(7);
  const log::VerifierKey known{signing_.known().name, log::KeyKind::kCosignature, witness.public_key()};
  Put(".manifest", log::Note{text, {log::Cosign(text, known.name, witness, 1'621'472'400)}}.ToString());
  EXPECT_EQ(Media::Refusal({signing_.known(), known}, Secrets()).status, Status::kRefused);
  // Signatures of others beside the right one do no harm; a bad one of a known key does.
  log::Note both{text, {Signing("hikae.example/葛飾/2021", 9).Sign(text), signing_.Sign(text)}};
  Put(".manifest", both.ToString());
  EXPECT_TRUE(ReadExport(io_, kMedium, Keys(), Secrets()).ok());
  both.signatures.push_back(signing_.Sign(text + "x\n"));
  Put(".manifest", both.ToString());
  EXPECT_EQ(Refusal().status, Status::kTampered);
}

TEST_F(MediaRefused, AnotherIdentity) {
  Write(Plan(), 3);
  const age::Identity other = age::Identity::Generate();
  const base::Error error = Media::Refusal(Keys(), {{&other, 1}, {}, age::kMaxWorkFactor});
  EXPECT_EQ(error.status, Status::kSecret);
  EXPECT_EQ(error.ToString().find("AGE-SECRET"), std::string::npos);
  EXPECT_EQ(Media::Refusal(Keys(), {}).status, Status::kSecret);
}

TEST_F(MediaRefused, ManifestsThatSayOtherThanTheFileHolds) {
  for (const MediaForm form : {MediaForm::kJsonLines, MediaForm::kCsv}) {
    Write(Plan(form), 30);
    const Manifest told = Told();
    const std::vector<std::pair<const char*, std::function<void(Manifest&)>>> lies = {
        {"fewer records", [](Manifest& m) { --m.records; }},
        {"more records", [](Manifest& m) { ++m.records; }},
        {"no records", [](Manifest& m) { m.records = 0; }},
        {"bytes", [](Manifest& m) { ++m.plain_bytes; }},
        {"hash", [](Manifest& m) { m.plain_sha256[31] ^= 1; }},
        {"another item", [](Manifest& m) { m.content.items[0].item = "世帯主"; }},
        {"one item less", [](Manifest& m) { m.content.items.pop_back(); }},
        {"order", [](Manifest& m) { std::swap(m.content.items[0], m.content.items[1]); }},
        {"kind", [](Manifest& m) { m.content.items[0].blob = true; }},
        {"form", [](Manifest& m) { m.content.form = MediaForm::kCsvMarked; }},
        {"age bytes", [](Manifest& m) { ++m.age_bytes; }},
        {"age hash", [](Manifest& m) { m.age_sha256[0] ^= 1; }}};
    for (const auto& [name, lie] : lies) {
      Manifest lying = told;
      lie(lying);
      Resign(lying);
      const auto read = ReadExport(io_, kMedium, Keys(), Secrets());
      ASSERT_FALSE(read.ok()) << name;
      EXPECT_FALSE(read.error().text.ja.empty()) << name;
      EXPECT_TRUE(read.error().status == Status::kTampered || read.error().status == Status::kArgument) << name;
    }
    if (form == MediaForm::kJsonLines) {
      Manifest other = told;
      other.content.file = "others";
      Resign(other);
      EXPECT_EQ(Refusal().status, Status::kArgument) << "JSON Lines name their file";
    }
    Resign(told);
    ASSERT_TRUE(ReadExport(io_, kMedium, Keys(), Secrets()).ok());
    for (const char* suffix : {".age", ".manifest"}) ASSERT_TRUE(io_.Remove(Path(suffix)).ok());
  }
}

TEST_F(MediaRefused, StreamsThatAreNone) {
  Write(Plan(), 1);
  Manifest told = Told();
  const std::string head = StreamHead(told.content, {});
  const std::string record = "{\"subject\":\"1\",\"version\":1,\"items\":{}}\n";
  Seal(head + record, told);
  ASSERT_TRUE(ReadExport(io_, kMedium, Keys(), Secrets()).ok()) << "what is made here can be read";
  Seal(head + record + record, told);
  EXPECT_EQ(Refusal().status, Status::kTampered) << "extra records";
  for (const std::string& plain :
       {std::string(), head, "\n" + head + record, head + record.substr(0, record.size() - 1), head + record + "x",
        head + record + "\n", head + "\n" + record, record + record}) {
    Seal(plain, told);
    const base::Error error = Refusal();
    EXPECT_TRUE(error.status == Status::kArgument || error.status == Status::kTampered);
    EXPECT_FALSE(error.text.ja.empty()) << error.ToString();
  }
  std::string later = head;
  later[later.find("\"version\":1") + 10] = '2';
  Seal(later + record, told);
  EXPECT_EQ(Refusal().status, Status::kVersion);
}

TEST_F(MediaRefused, ALineThatDoesNotEnd) {
  if (EveryNth(2) > 1) GTEST_SKIP() << "too long a line for a sanitizer";
  Write(Plan(), 1);
  const Manifest told = Told();
  Seal(StreamHead(told.content, {}) + std::string(kMaxMediaLine + 100'000, 'x'), told);
  const base::Error error = Refusal();
  EXPECT_EQ(error.status, Status::kArgument);
  EXPECT_NE(error.text.en.find("64 MiB"), std::string::npos) << error.ToString();
}

TEST_F(MediaRefused, ALaterManifest) {
  Write(Plan(), 1);
  std::string text = *Told().ToText();
  text[text.find("@v1") + 2] = '2';
  Put(".manifest", signing_.Note(text));
  const base::Error error = Refusal();
  EXPECT_EQ(error.status, Status::kVersion);
  EXPECT_FALSE(error.text.ja.empty());
}

// A medium that gives other bytes the second time: nothing of its own comes out, whatever it was sealed with.
TEST_F(MediaRefused, AMediumThatChangesWhileItIsRead) {
  Write(Plan(), 12'000);
  const auto age_file = AgeFile();
  ASSERT_GT(age_file.size(), size_t{2} << 20);
  for (const size_t from : {size_t{0}, size_t{1} << 20, age_file.size() - 1}) {
    auto reader = MediaReader::Open(io_, kMedium, kName, Keys(), Secrets());
    ASSERT_TRUE(reader.ok());
    for (size_t i = from; i < age_file.size(); ++i) AgeFile()[i] ^= 0xFF;
    uint64_t n = 0;
    MediaRecord record;
    auto more = reader->Next(record);
    for (; more.ok() && *more; more = reader->Next(record), ++n) ASSERT_TRUE(OwnedRecord(record) == Household(n)) << n;
    ASSERT_FALSE(more.ok()) << from;
    EXPECT_EQ(more.error().status, Status::kTampered);
    EXPECT_TRUE(record.items.empty() && record.subject.empty());
    EXPECT_FALSE(reader->Next(record).ok()) << "nothing comes behind an error";
    EXPECT_TRUE(n > 0 && n < 12'000) << "what was read before the change is good";
    io_.SetBytes(Path(".age"), age_file);
  }
}

// Serves the age file, and from its n-th read on another one.
class TurncoatIo final : public base::Io {
 public:
  TurncoatIo(base::Io& io, std::vector<uint8_t> other, uint64_t loyal)
      : io_(io), other_(std::move(other)), loyal_(loyal) {}
  bool turned() const { return reads_ > loyal_; }

  Result<std::unique_ptr<base::File>> Open(const std::string& path, base::OpenMode mode) override {
    HIKAE_TRY(auto file, io_.Open(path, mode));
    if (!path.ends_with(".age")) return file;
    return std::unique_ptr<base::File>(std::make_unique<Turncoat>(*this, std::move(file)));
  }
  Result<void> Rename(const std::string& from, const std::string& to) override { return io_.Rename(from, to); }
  Result<void> Remove(const std::string& path) override { return io_.Remove(path); }
  Result<void> MakeDirectory(const std::string& path) override { return io_.MakeDirectory(path); }
  Result<void> SyncDirectory(const std::string& path) override { return io_.SyncDirectory(path); }
  Result<std::vector<std::string>> List(const std::string& path) override { return io_.List(path); }
  void Pause(uint32_t micros) override { io_.Pause(micros); }
  uint64_t Ticks() override { return io_.Ticks(); }

 private:
  class Turncoat final : public base::File {
   public:
    Turncoat(TurncoatIo& io, std::unique_ptr<base::File> file) : io_(io), file_(std::move(file)) {}
    Result<size_t> ReadSome(uint64_t offset, std::span<uint8_t> into) override {
      if (++io_.reads_ <= io_.loyal_) return file_->ReadSome(offset, into);
      const size_t count = std::min<size_t>(into.size(), io_.other_.size() - std::min(offset, io_.other_.size()));
      std::copy_n(io_.other_.begin() + static_cast<std::ptrdiff_t>(offset), count, into.begin());
      return count;
    }
    Result<size_t> WriteSome(uint64_t offset, std::span<const uint8_t> bytes) override {
      return file_->WriteSome(offset, bytes);
    }
    Result<void> Sync() override { return file_->Sync(); }
    Result<void> Truncate(uint64_t size) override { return file_->Truncate(size); }
    Result<uint64_t> Size() override { return file_->Size(); }
    Result<bool> TryLock(uint64_t byte, base::LockKind kind) override { return file_->TryLock(byte, kind); }
    Result<void> Unlock(uint64_t byte) override { return file_->Unlock(byte); }

   private:
    TurncoatIo& io_;
    std::unique_ptr<base::File> file_;
  };

  base::Io& io_;
  const std::vector<uint8_t> other_;
  const uint64_t loyal_;
  uint64_t reads_ = 0;
};

// The other file is as good an age file as ours, for the same receiver, of the same size, with records of its own:
// whoever knows the receiver can make one. Whenever the medium goes over to it, none of its records comes out.
TEST_F(MediaRefused, AMediumThatGoesOverToAnotherGoodFile) {
  constexpr uint64_t kCount = 6'000;
  ASSERT_TRUE(WriteExport(io_, kMedium, Plan(), kCount, signing_, "forged").ok());
  const auto forged = *io_.Bytes(std::string(kMedium) + "/forged.age");
  auto writer = MediaWriter::Begin(io_, kMedium, kName, Plan());
  ASSERT_TRUE(writer.ok());
  // The same records, the first two exchanged: the same size, and another first record.
  for (uint64_t n = 0; n < kCount; ++n) ASSERT_TRUE(writer->Add(Household(n < 2 ? 1 - n : n).View()).ok());
  ASSERT_TRUE(writer->Finish({"2021", 1}, signing_.Signer()).ok());
  ASSERT_EQ(forged.size(), AgeFile().size());
  size_t refused = 0;
  for (uint64_t loyal = 0;; ++loyal) {
    TurncoatIo io(io_, forged, loyal);
    auto reader = MediaReader::Open(io, kMedium, kName, Keys(), Secrets());
    MediaRecord record;
    if (reader.ok()) {
      const auto first = reader->Next(record);
      ASSERT_TRUE(!first.ok() || OwnedRecord(record) == Household(1)) << "a record of the other file, read " << loyal;
    }
    if (reader.ok() && !io.turned()) {
      auto more = reader->Next(record);
      while (more.ok() && *more) more = reader->Next(record);
      if (more.ok()) break;  // to the end, and never anything but ours
    }
    ++refused;
  }
  EXPECT_GE(refused, 6u) << "each of three ways through two MiB";
}

}  // namespace
}  // namespace hikae::vault
