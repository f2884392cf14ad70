#include <gtest/gtest.h>

#include "report/findings.h"
#include "report/fixture.h"

namespace hikae::report {
namespace {

using base::Language;
using testing::Declare;
using testing::Example;
using testing::PackOf;
using testing::SomeFindings;

// The ward's first paper, declared as the examples declare it.
struct Ward {
  std::shared_ptr<const audit::Pack> loaded = PackOf("edogawa-2021");
  const audit::Pack& pack = *loaded;
  std::shared_ptr<const registry::Snapshot> snapshot =
      Declare(pack, {Example("ward/vocabulary.yaml"), Example("hikikomori/declaration.yaml")});
  audit::Findings findings = SomeFindings();
  Source source() const { return {*snapshot, findings, pack, "hikikomori", "江戸川区"}; }
  std::string Render(std::string_view name, Format format, Language language = Language::kJapanese) const {
    const auto text = report::Render(name, format, source(), language);
    EXPECT_TRUE(text.ok()) << text.error().ToString();
    return text.ok() ? *text : "";
  }
};

const Ward& TheWard() {
  static const Ward* ward = new Ward;
  return *ward;
}

size_t At(const std::string& text, const std::string& part) {
  const size_t at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return at;
}

// The headings of 諮問依頼書 of 令和3年度第2号議案, as the ward printed them and in that order.
TEST(Consultation, HasThePapersOwnHeadingsInOrder) {
  const std::string html = TheWard().Render("consultation", Format::kHtml);
  size_t at = At(html, "諮問書</h2>");
  for (const char* heading : {"1 諮問事項",
                              "2 諮問理由",
                              "3 諮問関係資料",
                              "4 担当部課",
                              "諮問依頼書</h2>",
                              "1 諮問事項",
                              "2 諮問理由",
                              "3 実施目的",
                              "4 実施時期(予定)",
                              "5 担当部課",
                              "6 業務の内容",
                              "業務の内容及び処理方法",
                              "運用体制",
                              "履行場所",
                              "7 電子計算組織による個人情報保護対策",
                              "対象者",
                              "情報の内容",
                              "管理責任体制",
                              "外部委託に係る対策",
                              "実施機関の対策",
                              "8 参考"}) {
    const size_t next = html.find(heading, at);
    ASSERT_NE(next, std::string::npos) << heading;
    at = next;
  }
}

TEST(Consultation, PrintsWhatThePaperStates) {
  const std::string html = TheWard().Render("consultation", Format::kHtml);
  for (const char* text :
       {"令和3年度第2号議案", "21福生一送第91号", "江戸川区個人情報保護条例の規定による諮問について（諮問）",
        "江戸川区情報公開及び個人情報保護審査会への諮問について（依頼）", "特定非営利活動法人コラボえどがわ",
        "300件/年", "居住建物", "委託契約における規定",
        "(7) 契約終了後、区から貸与された資料の返却及び廃棄報告を行うこと。", "物理的セキュリティ対策",
        "〔判読不能〕"}) {
    At(html, text);
  }
}

TEST(Consultation, GapsAreSaidNeverSilent) {
  const std::string html = TheWard().Render("consultation", Format::kHtml);
  At(html, "（日付 登録なし）");  // 諮問日 is not in the paper
  At(html, "登録なし");
}

TEST(Consultation, FulfilmentComesFromTheFindings) {
  const std::string html = TheWard().Render("consultation", Format::kHtml);
  const size_t row = At(html, "業務従事者の名簿を提出すること。</td>");
  const std::string rest = html.substr(row, 600);
  EXPECT_NE(rest.find("違反 1"), std::string::npos) << rest;
  EXPECT_NE(rest.find("例外承認 1"), std::string::npos) << rest;
  EXPECT_NE(rest.find("議案2 7-3(2)"), std::string::npos) << rest;
}

TEST(Consultation, FlowIsDrawnAndListed) {
  const std::string html = TheWard().Render("consultation", Format::kHtml);
  At(html, "<svg ");
  At(html, "生活援護第一課から委託事業者の業務従事者へ、紙媒体");
}

TEST(Consultation, CarriesItsProvenance) {
  for (const Format format : {Format::kHtml, Format::kCsv, Format::kJson}) {
    for (const char* name : {"consultation", "findings"}) {
      const std::string text = TheWard().Render(name, format);
      for (const char* part : {"江戸川区", "edogawa-2021", "2021-05-20"})
        EXPECT_NE(text.find(part), std::string::npos) << name << part;
    }
  }
}

TEST(Consultation, EnglishHasEnglishHeadings) {
  const std::string html = TheWard().Render("consultation", Format::kHtml, Language::kEnglish);
  At(html, "<html lang=\"en\">");
  At(html, "7 Safeguards by the computer system");
  At(html, "<span lang=\"ja\">特定非営利活動法人コラボえどがわ");
  EXPECT_EQ(html.find("別紙1"), std::string::npos);
}

TEST(Consultation, IsByteStable) {
  for (const Format format : {Format::kHtml, Format::kCsv, Format::kJson}) {
    EXPECT_EQ(TheWard().Render("consultation", format), TheWard().Render("consultation", format));
  }
}

TEST(Consultation, UnknownNamesAreRefusedWithTheNearest) {
  Source source = TheWard().source();
  const auto report = Render("consultatoin", Format::kHtml, source, Language::kEnglish);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().status, base::Status::kNotFound);
  EXPECT_NE(report.error().hint.en.find("consultation"), std::string::npos);
  const auto format = Render("consultation", Format::kSarif, source, Language::kEnglish);
  ASSERT_FALSE(format.ok());
  EXPECT_EQ(format.error().status, base::Status::kArgument);
  const Source wrong{source.snapshot, source.findings, source.pack, "hikikomor", source.office};
  const auto handling = Render("consultation", Format::kHtml, wrong, Language::kEnglish);
  ASSERT_FALSE(handling.ok());
  EXPECT_NE(handling.error().hint.en.find("hikikomori"), std::string::npos);
}

// A paper whose every text is hostile, and whose headings are blank, none or unknown.
TEST(Consultation, HostilePaperIsHarmless) {
  const auto loaded = PackOf("edogawa-2021");
  const audit::Pack& pack = *loaded;
  const std::string bad = "'<script>alert(1)</script>\xE2\x80\xAE\"葛\xF3\xA0\x84\x80𠮷\xEE\x80\x80ｶﾅ'";
  const std::string text =
      "hikae: declaration/1\npack: edogawa-2021\nvalid_from: 2021-05-06\nby: x\nSection:\n  課: {}\n"
      "Handling:\n  h: { title: " +
      bad +
      ", section: 課 }\n"
      "Declaration:\n  d:\n    handling: h\n    matter: " +
      bad +
      "\n    reason: !blank\n    aim: !none\n    department: !unknown\n"
      "    Act:\n      a: { kind: outsourcing, title: " +
      bad +
      " }\n"
      "    ItemGroup:\n      g: { title: " +
      bad +
      ", items: !none }\n"
      "    Flow:\n      f: { text: " +
      bad + ", from: " + bad +
      ", medium: voice, crossesContract: false }\n"
      "    Safeguard:\n      s: { text: " +
      bad +
      ", controls: [roster-submitted], state: planned, part: physical }\n"
      "    tags: { 備考: " +
      bad + " }\n";
  const auto snapshot = Declare(pack, {{"bad.yaml", text}});
  audit::Findings findings = SomeFindings();
  findings.findings = testing::Changed(findings.findings, [](audit::Finding& finding) { finding.handling = "h"; });
  const Source source{*snapshot, findings, pack, "h", bad};
  for (const char* name : {"consultation", "findings"}) {
    const auto html = Render(name, Format::kHtml, source, Language::kJapanese);
    ASSERT_TRUE(html.ok());
    EXPECT_EQ(html->find("<script"), std::string::npos);
    EXPECT_EQ(html->find("\xE2\x80\xAE"), std::string::npos);
    At(*html, "&lt;script&gt;");
    At(*html, "葛\xF3\xA0\x84\x80𠮷");
  }
  const std::string html = *Render("consultation", Format::kHtml, source, Language::kJapanese);
  for (const char* gap : {"記載なし", "なし", "不明", "実施予定"}) At(html, std::string(">") + gap + "<");
}

}  // namespace
}  // namespace hikae::report
