// The worked example of docs/formats/export-media.md, made again and read.
#include <fstream>
#include <iterator>

#include "places.h"
#include "vault/media/encoder.h"
#include "vault/media_fixture.h"

namespace hikae::vault {
namespace {

// The block ```text NAME of the page; empty when it has no such block.
std::string OfPage(const std::string& name) {
  std::ifstream in(hikae::test::SourceDir() + "/docs/formats/export-media.md");
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const std::string open = "```text " + name + "\n";
  const size_t begin = text.find(open);
  if (begin == std::string::npos) return {};
  return text.substr(begin + open.size(), text.find("```", begin + open.size()) - begin - open.size());
}

MediaContent Content(MediaForm form) {
  return {kOffice, "benefit", "households", {{"氏名", false}, {"備考", false}, {"署名画像", true}}, form};
}

std::vector<OwnedRecord> Records() {
  std::vector<OwnedRecord> records(3);
  records[0].subject = "宛名-0001";
  records[0].version = 3;
  records[0].items = {{"氏名", "渡邉󠄂 太郎", false}, {"備考", "電話は\"午後\",\n自宅へ", false}};
  records[1].subject = "宛名-0002";
  records[1].version = 1;
  records[1].items = {{"氏名", "ｻﾄｳ ﾊﾅｺ", false}, {"備考", "", false}, {"署名画像", {"\xDE\xAD\xBE\xEF"}, true}};
  records[2].subject = "宛名-0003";
  records[2].version = 12;
  return records;
}

std::string StreamOf(MediaForm form) {
  MediaSalt salt;
  salt.fill(0x5A);
  RecordEncoder encoder(Content(form), salt);
  SecretBytes bytes;
  for (const OwnedRecord& record : Records()) EXPECT_TRUE(encoder.Encode(record.View(), bytes).ok());
  return encoder.Head() + std::string(bytes.view());
}

crypto::Bytes BytesOf(const std::string& text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }

TEST(MediaPage, ShowsTheStreamsWeMake) {
  EXPECT_EQ(OfPage("jsonl"), StreamOf(MediaForm::kJsonLines));
  std::string csv = StreamOf(MediaForm::kCsv);
  for (size_t at = 0; (at = csv.find('\r', at)) != std::string::npos;) csv.erase(at, 1);  // the page is of lines
  EXPECT_EQ(OfPage("csv"), csv);
  EXPECT_TRUE(StreamOf(MediaForm::kCsvMarked) == "\xEF\xBB\xBF" + StreamOf(MediaForm::kCsv));
}

TEST(MediaPage, ShowsTheManifestWeMakeAndTheExportIsRead) {
  const std::string age_file = OfPage("age"), stream = StreamOf(MediaForm::kJsonLines);
  Manifest manifest;
  manifest.content = Content(MediaForm::kJsonLines);
  manifest.records = 3;
  manifest.plain_bytes = stream.size();
  manifest.plain_sha256 = crypto::Sha256Of(BytesOf(stream));
  manifest.age_bytes = age_file.size();
  manifest.age_sha256 = crypto::Sha256Of(BytesOf(age_file));
  manifest.recipients = {Receiver().recipient()};
  manifest.medium = "USB-2021-014";
  manifest.handover = "受渡-2021-0032";
  manifest.made_at = 1'621'472'400'000'000;
  manifest.actor = {0x9B, 0x50, 0xCE, 0x94, 0x48, 0xE2, 0xBE, 0xF1, 0xCD, 0x0E, 0x42, 0xF5, 0xAF, 0xEE, 0x60, 0x25};
  manifest.log = {"2021", 1};
  const auto text = manifest.ToText();
  ASSERT_TRUE(text.ok()) << text.error().ToString();
  const Signing signing;
  EXPECT_EQ(OfPage("manifest"), signing.Note(*text));
  EXPECT_EQ(OfPage("key"), signing.known().ToString() + "\n");

  test::SimIo io;
  ASSERT_TRUE(io.MakeDirectory(kMedium).ok());
  const std::string path = std::string(kMedium) + "/" + kName, note = OfPage("manifest");
  io.SetBytes(path + ".age", {age_file.begin(), age_file.end()});
  io.SetBytes(path + ".manifest", {note.begin(), note.end()});
  const age::Identity identity = *age::Identity::Parse(OfPage("identity").substr(0, OfPage("identity").find('\n')));
  const auto key = log::VerifierKey::Parse(OfPage("key").substr(0, OfPage("key").find('\n')));
  ASSERT_TRUE(key.ok());
  const auto records = ReadExport(io, kMedium, {*key}, {{&identity, 1}, {}, age::kMaxWorkFactor});
  ASSERT_TRUE(records.ok()) << records.error().ToString();
  EXPECT_EQ(*records, Records());
}

}  // namespace
}  // namespace hikae::vault
