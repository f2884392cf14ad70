#include "report/consultation.h"

#include <fmt/format.h>

#include "report/findings.h"

namespace hikae::report {
namespace {

using base::Language;

// 江戸川区個人情報保護条例 of 江戸川区個人情報保護条例第14条第3項: what stands before the first numbered article.
std::string OrdinanceOf(const std::string& ground) {
  for (size_t at = ground.find("第"); at != std::string::npos; at = ground.find("第", at + 1)) {
    const size_t next = at + std::string_view("第").size();
    if (next < ground.size() && (ground[next] == ' ' || (ground[next] >= '0' && ground[next] <= '9')))
      return ground.substr(0, at);
  }
  return ground;
}

// 江戸川区情報公開及び個人情報保護審査会 of "… 会長 平田 善信".
std::string CouncilOf(const std::string& addressee) {
  const size_t end = std::min(addressee.find(' '), addressee.find("　"));
  return addressee.substr(0, end);
}

class Letters {
 public:
  Letters(Document& document, const Paper& paper) : document_(document), paper_(paper) {
    const registry::Row& row = paper.row();
    ground_ = paper.Text(row, "groundText");
    ordinance_ = ground_.empty() ? In("(ordinance not registered)", "（根拠規定 登録なし）") : OrdinanceOf(ground_);
    if (ground_.empty()) ground_ = ordinance_;
    council_ = CouncilOf(paper.Text(row, "addressee"));
    if (council_.empty()) council_ = In("the council", "審査会");
  }

  // 諮問書.
  void Consultation() {
    document_.Add(PageBreak{});
    document_.Add(Heading{2, In("Consultation", "諮問書")});
    document_.Add(Paragraph{Labelled("consultedOn", In("date: ", "")), Align::kEnd});
    document_.Add(Paragraph{paper_.Always(paper_.row(), "addressee").Then(In("", "　殿")), Align::kStart});
    document_.Add(Paragraph{paper_.Always(paper_.row(), "asker"), Align::kEnd});
    document_.Add(Paragraph{Content(In("Consultation under the provisions of " + ordinance_,
                                       ordinance_ + "の規定による諮問について（諮問）"),
                                    Tone::kStrong),
                            Align::kCentre});
    document_.Add(Paragraph{Content(In("Under " + ground_ + ", the opinion of the council is asked on the following.",
                                       "　" + ground_ + "の規定に基づき、下記の事項について意見を求めます。"))});
    document_.Add(Paragraph{Content(In("—", "記")), Align::kCentre});
    int number = 0;
    for (const char* attribute : {"matter", "reason", "relatedPapers", "department"}) Section(++number, attribute);
  }

  // 諮問依頼書(写), up to 5 担当部課.
  void Request(int& number) {
    document_.Add(PageBreak{});
    document_.Add(Heading{2, In("Request for consultation (copy)", "諮問依頼書")});
    document_.Add(
        Note{Tone::kPlain, In("copy", "写"),
             Content(In("Made from what the office has declared.", "登録された内容から作成した写しである。"))});
    document_.Add(Paragraph{paper_.Always(paper_.row(), "documentNumber"), Align::kEnd});
    document_.Add(Paragraph{paper_.Always(paper_.row(), "requestedOn"), Align::kEnd});
    document_.Add(Paragraph{paper_.Always(paper_.row(), "requestedTo").Then(In("", "　殿")), Align::kStart});
    document_.Add(Paragraph{paper_.Always(paper_.row(), "requestedBy"), Align::kEnd});
    document_.Add(
        Paragraph{Content(In("Request to consult " + council_, council_ + "への諮問について（依頼）"), Tone::kStrong),
                  Align::kCentre});
    document_.Add(
        Paragraph{Content(In("Under " + ground_ + ", please put the following to " + council_ + ".",
                             "　" + ground_ + "の規定に基づき、下記の事項について" + council_ + "に諮問願います。"))});
    document_.Add(Paragraph{Content(In("—", "記")), Align::kCentre});
    for (const char* attribute : {"matter", "reason", "aim", "scheduleText", "department"})
      Section(++number, attribute);
  }

 private:
  std::string In(std::string_view en, std::string_view ja) const { return paper_.In(en, ja); }
  Content Labelled(std::string_view attribute, const std::string& label) const {
    Content content(label);
    const Content value = paper_.Stated(paper_.row(), attribute);
    if (value.empty()) return content.Then(In("(date not registered)", "（日付 登録なし）"), Tone::kGap);
    for (const Line& line : value.lines()) {
      for (const Span& span : line.spans) content.Then(span.text, span.tone);
    }
    return content;
  }

  void Section(int number, std::string_view attribute) {
    document_.Add(Heading{3, fmt::format("{} {}", number, Headline(paper_.Label(paper_.row(), attribute)))});
    Content content = paper_.Stated(paper_.row(), attribute);
    if (content.empty() && attribute == "scheduleText") content = Schedule();
    if (content.empty()) content = paper_.Nothing();
    if (attribute == "aim") content.Append(paper_.Stated(paper_.row(), "aimNote"), 1);
    document_.Add(Paragraph{std::move(content)});
  }

  Content Schedule() const {
    Content content;
    for (const registry::Row* step : paper_.Parts("ScheduleStep")) content.Append(paper_.Stated(*step, "text"));
    return content;
  }

  Document& document_;
  const Paper& paper_;
  std::string ground_, ordinance_, council_;
};

void AddReference(Document& document, const Paper& paper, int& number) {
  const registry::Row& row = paper.row();
  const Content policy = paper.Stated(row, "policyText");
  if (!policy.empty() || !paper.Parts("PolicyLine").empty()) {
    document.Add(Heading{3, fmt::format("{} {}", ++number, Headline(paper.Label(row, "policyText")))});
    document.Add(Paragraph{policy.empty() ? Content(paper.In("See the annex.", "別紙のとおり")) : policy});
  }
  const Content retention = paper.Stated(row, "retention");
  if (!retention.empty()) {
    document.Add(Heading{3, fmt::format("{} {}", ++number, Headline(paper.Label(row, "retention")))});
    document.Add(Paragraph{retention});
  }
  const Content reference = paper.Stated(row, "reference");
  if (!reference.empty()) {
    document.Add(Heading{3, fmt::format("{} {}", ++number, Headline(paper.Label(row, "reference")))});
    document.Add(Paragraph{reference});
  }
}

}  // namespace

std::string KeyOf(const Paper& paper, std::string_view name) {
  return fmt::format("{}.{}", paper.row().entity.uid.id, name);
}

std::string LineNumber(std::string_view number) {
  const size_t at = std::min(number.find('('), number.find("（"));
  return at == std::string_view::npos ? "" : std::string(number.substr(at)) + " ";
}

void AddCover(Document& document, const Paper& paper) {
  const registry::Row& row = paper.row();
  const std::string number = paper.Text(row, "agendaNumber");
  document.Add(Heading{2, number.empty() ? row.entity.uid.id : number});
  KeyValues cover;
  cover.key = KeyOf(paper, "cover");
  cover.caption = paper.In("Cover", "表紙");
  cover.show_caption = false;
  cover.key_label = paper.In("entry", "項目");
  cover.value_label = paper.In("content", "内容");
  for (const char* attribute : {"meeting", "title", "section"}) {
    cover.entries.push_back({attribute, paper.Label(row, attribute), paper.Always(row, attribute)});
  }
  Content papers;
  for (const registry::Row* part : paper.Parts("Attachment")) {
    papers.Add(LineNumber(paper.Text(*part, "number")) + paper.Text(*part, "title"));
    const std::string pages = paper.Text(*part, "pages");
    if (!pages.empty()) papers.Then("　" + pages);
    if (paper.True(*part, "lost")) papers.Then(paper.In(" (not in the copy)", "（写しにない）"), Tone::kGap);
  }
  cover.entries.push_back(
      {"attachments", paper.In("attachments", "添付資料"), papers.empty() ? paper.Nothing() : papers});
  document.Add(std::move(cover));
}

void AddLetters(Document& document, const Paper& paper) {
  Letters letters(document, paper);
  letters.Consultation();
  int number = 0;
  letters.Request(number);
  AddActs(document, paper, number);
  AddReference(document, paper, number);
}

Document ConsultationReport(const Source& source, Language language) {
  const Names names(&source.pack, &source.snapshot, language, source.others);
  const auto findings = Only(source.findings, source.handling);
  Document document;
  document.report = "consultation";
  document.id = "R1";
  document.language = language;
  document.formal = true;
  document.title = Say(language, "Consultation papers", "諮問書・諮問依頼書");
  document.subtitles = {names.Entity({"Handling", source.handling}),
                        Say(language, "As of ", "基準日: ") + SayDay(findings.as_of, language)};
  AddProvenance(document, findings, source);
  const auto declarations = Paper::DeclarationsOf(source.snapshot, source.handling);
  for (size_t i = 0; i < declarations.size(); ++i) {
    const Paper paper(source, *declarations[i], names);
    if (i != 0) document.Add(PageBreak{});
    AddCover(document, paper);
    AddLetters(document, paper);
    AddAnnexes(document, paper);
  }
  if (declarations.empty()) {
    document.Add(Note{Tone::kBad, "",
                      Content(Say(language, "No paper has been declared for this handling.",
                                  "この業務の諮問依頼書は登録されていない。"))});
  }
  return document;
}

}  // namespace hikae::report
