// The gate under the Act: what stands marked on a person reaches the rules of appi-2023.
#include "gate/gate_office.h"

namespace hikae::gate {
namespace {

using base::Status;
using Names = std::vector<std::string>;

constexpr char kRecord[] = "相談記録", kPerson[] = "宛名-0000007", kPurpose[] = "統計の作成";
// 2024-06-10 10:00:00 in Japan.
constexpr int64_t kThen = 1'717'981'200 * kSecond;
const Names kAsked = {"氏名", "相談内容"};

class NationalGate : public testing::Test {
 protected:
  NationalGate() {
    directory_ = testing::TempDir() + "national_" + std::to_string(::getpid());
    std::filesystem::remove_all(directory_);
    office::OpenOptions options;
    options.create = true;
    options.pack = "appi-2023";
    options.now = [] { return kThen; };
    options.actor = "試験";
    options.sign_in_background = false;
    auto opened = office::Office::Open(directory_, options);
    EXPECT_TRUE(opened.ok()) << opened.error().ToString();
    office_ = *std::move(opened);
    for (const char* name : {"base.yaml", "access-base.yaml"}) {
      const auto declared = office_->Declare({{name, ReadSource(std::string("tests/packs/national/") + name)}});
      EXPECT_TRUE(declared.ok()) << declared.error().ToString();
    }
    const vault::Secret lock{.kind = vault::LockKind::kPassphrase, .text = kPassphrase};
    EXPECT_TRUE(office_->MakeKeys(lock, GateOffice::kCheap).ok());
    auto unlocked = office_->Unlock(lock);
    EXPECT_TRUE(unlocked.ok()) << unlocked.error().ToString();
    gate_ = *std::move(unlocked);
  }
  ~NationalGate() override {
    gate_.reset();
    office_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  std::unique_ptr<Session> Begin(const std::string& actor, const std::string& purpose) {
    SessionRequest request;
    request.actor = actor;
    request.handling = "soudan";
    request.purpose = purpose;
    request.terminal = "窓口の端末";
    request.terminal_factors = {"ic-card", "pin"};
    std::shared_ptr<const Decision> decision;
    auto session = gate_->Begin(request, decision);
    EXPECT_TRUE(session.ok()) << session.error().ToString(base::Language::kJapanese);
    return session.ok() ? *std::move(session) : nullptr;
  }
  base::Result<void> Mark(const std::vector<vault::Mark>& marks) {
    Ask ask;
    ask.act = Act::kAdminister;
    return Begin("援護課長1", "相談支援")->SetMarks(ask, kPerson, marks);
  }
  // Providing the record of the person to a body abroad, for statistics: the rules that refuse it, none of them when it
  // is done.
  Names ProvideAbroad() {
    const auto session = Begin("相談係員1", kPurpose);
    Ask ask;
    ask.act = Act::kProvide;
    ask.file = kRecord;
    ask.items = kAsked;
    ask.recipient = "海外研究所";
    ask.medium = "paper";
    const auto provided = session->Read(ask, kPerson);
    EXPECT_EQ(provided.ok(), session->decision()->allowed);
    return RulesOf(session->decision()->reasons);
  }

  std::string directory_;
  std::shared_ptr<office::Office> office_;
  std::shared_ptr<Gate> gate_;
};

TEST_F(NationalGate, ConsentToAPurposeIsNoneToProvidingAbroad) {
  Ask writing;
  writing.act = Act::kWrite;
  writing.file = kRecord;
  const Put put{kPerson, {{"氏名", "髙橋󠄁 花子"}, {"相談内容", "家計の相談"}}};
  const auto written = Begin("相談係員1", "相談支援")->Write(writing, {&put, 1});
  ASSERT_TRUE(written.ok()) << written.error().ToString(base::Language::kJapanese);

  const vault::Mark to_purpose{"consent", kPurpose, 19'800, {}}, abroad{"consent-abroad", kPurpose, 19'800, {}};
  ASSERT_TRUE(Mark({to_purpose}).ok());
  EXPECT_EQ(ProvideAbroad(), Names{"appi.foreign.provision"});
  ASSERT_TRUE(Mark({to_purpose, {"consent-abroad", "相談支援", 19'800, {}}}).ok());
  EXPECT_EQ(ProvideAbroad(), Names{"appi.foreign.provision"}) << "to another purpose";
  ASSERT_TRUE(Mark({to_purpose, {"consent-abroad", kPurpose, 19'800, 19'883}}).ok());
  EXPECT_EQ(ProvideAbroad(), Names{"appi.foreign.provision"}) << "until the day before";
  ASSERT_TRUE(Mark({abroad}).ok());
  EXPECT_EQ(ProvideAbroad(), (Names{"appi.secondary.ground", "appi.secondary.ground.recipient"}))
      << "and not the other way";
  ASSERT_TRUE(Mark({to_purpose, abroad}).ok());
  EXPECT_EQ(ProvideAbroad(), Names{"appi.ground.staff"});
}

TEST_F(NationalGate, AConsentNamesAPurposeThatIsDeclared) {
  for (const char* kind : {"consent", "consent-abroad"}) {
    const auto marked = Mark({{kind, "統計の作製", 19'800, {}}});
    ASSERT_FALSE(marked.ok()) << kind;
    EXPECT_EQ(marked.error().status, Status::kNotFound);
    EXPECT_NE(marked.error().text.ja.find("登録されていない"), std::string::npos) << marked.error().ToString();
  }
}

}  // namespace
}  // namespace hikae::gate
