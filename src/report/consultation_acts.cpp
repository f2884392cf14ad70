// The numbered 項目 / 内容 tables of 諮問依頼書: for each act the paper asks leave for, the work and its safeguards.
// Which headings a paper has follows from its acts, as in the papers of the ward.
#include <fmt/format.h>

#include <algorithm>

#include "report/consultation.h"

namespace hikae::report {
namespace {

using registry::Row;

// The number of a line that only names a heading of the paper, "(8 委託における業務の内容)"; 0 for any other line.
int HeadingOf(std::string_view line) {
  int number = 0;
  size_t at = 1;
  if (line.size() < 4 || line.front() != '(' || line.back() != ')') return 0;
  while (at < line.size() && line[at] >= '0' && line[at] <= '9' && number < 100)
    number = number * 10 + (line[at++] - '0');
  return line[at] == ' ' ? number : 0;
}

// One text may hold what stands under several headings, each piece under a line that names its heading. Gives the piece
// of heading `number`; a text without such lines is one piece.
std::string PieceOf(const std::string& text, int number) {
  std::string piece;
  bool any = false, mine = false;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    const int heading = HeadingOf(line);
    any = any || heading != 0;
    if (heading != 0) {
      mine = heading == number;
    } else if (mine) {
      piece += line + "\n";
    }
  }
  return any ? piece : text;
}

class Acts {
 public:
  Acts(Document& document, const Paper& paper, int& number)
      : document_(document), paper_(paper), number_(number), acts_(paper.Parts("Act")) {
    development_ = OfKind("development");
    outsourcing_ = OfKind("outsourcing");
    collection_ = OfKind("indirect-collection");
    // What names no act is printed once: with the act that the paper treats last.
    last_ = outsourcing_ != nullptr   ? outsourcing_
            : development_ != nullptr ? development_
            : acts_.empty()           ? nullptr
                                      : acts_.back();
  }

  void Add() {
    if (collection_ != nullptr) {
      Put(Title("safeguards of indirect collection", "本人外収集に係る個人情報の保護対策"), "collection",
          Collection(*collection_));
    }
    if (development_ != nullptr) AddDevelopment();
    if (outsourcing_ != nullptr) AddOutsourcing();
    for (const Row* act : acts_) {
      if (act == collection_ || act == development_ || act == outsourcing_) continue;
      const std::string title = paper_.names().Entity(act->entity.uid);
      Put(Title(title + ": safeguards", title + "に係る個人情報の保護対策"), act->entity.uid.id, Other(*act));
    }
    if (acts_.empty()) Put(Title("work", "業務の内容"), "work", Work(nullptr, "作業"));
  }

 private:
  using Entries = std::vector<KeyValue>;

  std::string In(std::string_view en, std::string_view ja) const { return paper_.In(en, ja); }
  std::string Title(std::string_view en, std::string_view ja) const { return In(en, ja); }

  const Row* OfKind(std::string_view kind) const {
    const auto found =
        std::find_if(acts_.begin(), acts_.end(), [&](const Row* act) { return paper_.Id(*act, "kind") == kind; });
    return found == acts_.end() ? nullptr : *found;
  }

  void Put(const std::string& title, std::string_view key, Entries entries) {
    document_.Add(Heading{3, fmt::format("{} {}", ++number_, Headline(title))});
    KeyValues values;
    values.key = KeyOf(paper_, key);
    values.caption = title;
    values.show_caption = false;
    values.key_label = In("entry", "項目");
    values.value_label = In("content", "内容");
    for (KeyValue& entry : entries) {
      if (entry.value.empty()) entry.value = paper_.Nothing();
    }
    values.entries = std::move(entries);
    document_.Add(std::move(values));
  }

  void AddDevelopment() {
    const Row& row = paper_.row();
    Entries work = {
        {"work", In("work", "業務の内容"), WorkText(development_)},
        {"functions", In("functions of the system", "システムの機能"), FirstOf(row, "functionsText", "Function")},
        {"composition", In("make-up of the system", "システムの構成"), FirstOf(row, "compositionText", "Component")},
        {"development", In("way of development", "開発方法"), paper_.Stated(row, "developmentText")},
        {"operation", In("way of operation", "運用方法"), Operation(development_, "operationText")}};
    const Content maintenance = paper_.Stated(row, "maintenanceText");
    if (!maintenance.empty())
      work.push_back({"maintenance", In("maintenance", "システム保守及び障害対応"), maintenance});
    Put(Title("system and work", "システム及び業務の内容"), "system", std::move(work));
    Entries entries = Subject(*development_);
    entries.push_back({"ward", In("safeguards of the ward", "実施機関の対策"), WardSafeguards(*development_)});
    Put(outsourcing_ == nullptr ? Title("safeguards", "個人情報の保護対策")
                                : Title("safeguards of the development", "システムの開発における個人情報の保護対策"),
        "development-safeguards", std::move(entries));
  }

  void AddOutsourcing() {
    Entries work = Work(outsourcing_, collection_ != nullptr || development_ != nullptr ? "運用方法" : "運用体制");
    Entries safeguards = Subject(*outsourcing_);
    safeguards.push_back(
        {"contractor", In("safeguards of outsourcing", "外部委託に係る対策"), ContractSafeguards(*outsourcing_)});
    safeguards.push_back({"ward", In("safeguards of the ward", "実施機関の対策"), WardSafeguards(*outsourcing_)});
    if (development_ != nullptr) {
      Put(Title("work to be outsourced", "委託における業務の内容"), "work", std::move(work));
      Put(Title("safeguards of outsourcing", "委託における個人情報の保護対策"), "outsourcing-safeguards",
          std::move(safeguards));
    } else if (collection_ != nullptr) {
      work.insert(work.end(), safeguards.begin(), safeguards.end());
      Put(Title("work to be outsourced and its safeguards", "外部委託に係る業務の内容及び個人情報の保護対策"),
          "outsourcing", std::move(work));
    } else {
      Put(Title("work", "業務の内容"), "work", std::move(work));
      Put(Title("safeguards by the computer system", "電子計算組織による個人情報保護対策"), "outsourcing-safeguards",
          std::move(safeguards));
    }
  }

  Entries Collection(const Row& act) const {
    Content method = paper_.Stated(act, "methodText");
    if (method.empty()) method = paper_.Stated(act, "media");
    Entries entries = {
        {"subjects", In("subjects", "対象者"), Subjects(act)},
        {"items", In("items", "情報の内容"), Items(act)},
        {"method", In("way of collection", "収集の方法"), method},
        {"safeguards", In("safeguards", "保護対策"), Safeguards(act, {"collection"})},
        {"roles", In("responsibility", "管理責任体制"), Roles(act, {"protection-manager", "protection-clerk"})}};
    if (!paper_.Stated(act, "sources").empty()) {
      entries.insert(entries.begin() + 2, {"sources", paper_.Label(act, "sources"), paper_.Stated(act, "sources")});
    }
    return entries;
  }

  Entries Other(const Row& act) const {
    Entries entries;
    for (const char* attribute : {"groundText", "reason", "sources", "recipients", "methodText"}) {
      const Content stated = paper_.Stated(act, attribute);
      if (!stated.empty()) entries.push_back({attribute, paper_.Label(act, attribute), stated});
    }
    for (KeyValue& entry : Subject(act)) entries.push_back(std::move(entry));
    entries.push_back({"ward", In("safeguards of the ward", "実施機関の対策"), WardSafeguards(act)});
    return entries;
  }

  Entries Subject(const Row& act) const {
    return {{"subjects", In("subjects", "対象者"), Subjects(act)},
            {"items", In("items", "情報の内容"), Items(act)},
            {"roles", In("responsibility", "管理責任体制"), Roles(act, {"protection-manager", "protection-clerk"})}};
  }

  Entries Work(const Row* act, const std::string& operation_ja) const {
    return {{"work", In("work", act == outsourcing_ && acts_.size() == 1 ? "業務の内容及び処理方法" : "業務の内容"),
             WorkText(act)},
            {"operation", In("way of operation", operation_ja), Operation(act, "operationText")},
            {"places", In("places", "履行場所"), Places(act)}};
  }

  // The paper's own words; where it has several acts, the steps of this one.
  Content WorkText(const Row* act) const {
    Content steps;
    for (const Row* step : paper_.Parts("WorkStep")) {
      if (act != nullptr && !paper_.Concerns(*step, "act", act->entity.uid)) continue;
      const std::string number = paper_.Text(*step, "number");
      steps.Append(PaperLines((number.empty() ? "" : number + " ") + paper_.Text(*step, "text")));
    }
    const Content text = Piece("workText");
    const bool whole = text.Plain() == paper_.Text(paper_.row(), "workText");
    const bool several = development_ != nullptr && outsourcing_ != nullptr;
    if (whole && several && act == outsourcing_ && !steps.empty()) return steps;
    return text.empty() ? steps : text;
  }

  // What a text of the declaration says under the heading that comes next.
  Content Piece(std::string_view attribute) const {
    const Content stated = paper_.Stated(paper_.row(), attribute);
    if (stated.gap()) return stated;
    return PaperLines(PieceOf(paper_.Text(paper_.row(), attribute), number_ + 1));
  }

  Content FirstOf(const Row& row, std::string_view attribute, std::string_view type) const {
    Content content = paper_.Stated(row, attribute);
    if (!content.empty()) return content;
    for (const Row* part : paper_.Parts(type)) {
      const std::string number = paper_.Text(*part, "number");
      content.Append(PaperLines((number.empty() ? "" : number + " ") + paper_.names().Entity(part->entity.uid)));
    }
    return content;
  }

  Content Operation(const Row* act, std::string_view attribute) const {
    Content content = Piece(attribute);
    if (!content.empty() || act == nullptr) return content;
    return Roles(*act, {"manager", "operation-manager", "operation-clerk", "system-manager", "system-operation-manager",
                        "system-operator", "system-user"});
  }

  Content Places(const Row* act) const {
    Content content = act != nullptr && acts_.size() > 1 ? paper_.Stated(*act, "places") : Content();
    if (content.empty()) content = Piece("placesText");
    return content.empty() ? paper_.Stated(paper_.row(), "places") : content;
  }

  Content Subjects(const Row& act) const {
    Content content;
    if (acts_.size() == 1) content = paper_.Stated(paper_.row(), "subjectsText");
    if (!content.empty()) return content;
    for (const Row* subject : paper_.Parts("SubjectClass")) {
      if (!paper_.Concerns(*subject, "acts", act.entity.uid)) continue;
      const std::string number = paper_.Text(*subject, "number");
      content.Append(PaperLines((number.empty() ? "" : number + " ") + paper_.Text(*subject, "text")));
    }
    return content;
  }

  Content Items(const Row& act) const {
    Content content;
    int number = 0;
    for (const Row* group : paper_.Parts("ItemGroup")) {
      if (!paper_.Concerns(*group, "acts", act.entity.uid)) continue;
      content.Add(fmt::format("{} ", ++number), Tone::kStrong).Then(paper_.Text(*group, "title"), Tone::kStrong);
      const std::string attachment = paper_.Text(*group, "attachment");
      if (!attachment.empty())
        content.Then(In(" (annex: " + attachment + ")", "（別紙「" + attachment + "」のとおり）"));
      Content items = paper_.Stated(*group, "items");
      content.Append(items.empty() ? paper_.Nothing() : items, 1);
      const Content note = paper_.Stated(*group, "note");
      if (!note.empty()) content.Append(note, 1);
    }
    const Content volumes = Volumes(act);
    if (!volumes.empty())
      content.Add(fmt::format("{} {}", ++number, In("planned volume", "処理予定件数")), Tone::kStrong)
          .Append(volumes, 1);
    return content;
  }

  Content Volumes(const Row& act) const {
    Content content;
    for (const Row* volume : paper_.Parts("Volume")) {
      if (!paper_.Concerns(*volume, "acts", act.entity.uid)) continue;
      Content text = paper_.Stated(*volume, "text");
      if (text.empty()) text = paper_.Always(*volume, "count");
      content.Add(paper_.Text(*volume, "title") + In(": ", "　"));
      for (const Span& span : text.lines().front().spans) content.Then(span.text, span.tone);
    }
    return content;
  }

  Content Roles(const Row& act, const std::vector<std::string>& kinds) const {
    Content content;
    for (const Row* role : paper_.Parts("Role")) {
      if (!paper_.Concerns(*role, "acts", act.entity.uid)) continue;
      if (std::find(kinds.begin(), kinds.end(), paper_.Id(*role, "kind")) == kinds.end()) continue;
      const std::string title = paper_.Text(*role, "title");
      content.Add((title.empty() ? paper_.Text(*role, "kind") : title) + In(": ", "　"));
      Content holder = paper_.Stated(*role, "text");
      if (holder.empty()) holder = paper_.Always(*role, "holders");
      for (const Span& span : holder.lines().front().spans) content.Then(span.text, span.tone);
    }
    return content;
  }

  // A measure that is not simply in place says so at once.
  Content State(const Row& safeguard) const {
    const std::string state = paper_.Id(safeguard, "state");
    if (state.empty() || state == "in-place") return {};
    std::string text = paper_.Text(safeguard, "state");
    for (const char* attribute : {"dueOn", "equivalentMeans", "approvedBy", "notApplicableReason"}) {
      const std::string more = paper_.Text(safeguard, attribute);
      if (!more.empty()) text += In("; ", "、") + paper_.Label(safeguard, attribute) + In(": ", "：") + more;
    }
    return Content(In("[", "〔") + text + In("]", "〕"), Tone::kOpen);
  }

  Content Safeguards(const Row& act, const std::vector<std::string>& parts, bool numbered = false) const {
    Content content;
    int number = 0;
    for (const std::string& part : parts) {
      bool headed = false;
      for (const Row* safeguard : paper_.Parts("Safeguard")) {
        const bool mine =
            paper_.NamesAct(*safeguard, "act") ? paper_.Concerns(*safeguard, "act", act.entity.uid) : &act == last_;
        if (!mine || paper_.Id(*safeguard, "part") != part) continue;
        if (numbered && !headed) {
          content.Add(fmt::format("{} {}", ++number, paper_.Text(*safeguard, "part")), Tone::kStrong);
          headed = true;
        }
        content.Append(Content(LineNumber(paper_.Text(*safeguard, "number")) + paper_.Text(*safeguard, "text")),
                       numbered ? 1 : 0);
        content.Append(State(*safeguard), 2);
      }
    }
    return content;
  }

  Content ContractSafeguards(const Row& act) const {
    Content content = Safeguards(act, {"contract", "selection", "entrusted-work"}, true);
    for (const cedar::EntityUid& uid : paper_.Entities(paper_.row(), "parties")) {
      const Row* party = paper_.source().snapshot.Find(uid);
      if (party == nullptr || paper_.Ids(*party, "kinds").count("contractor") == 0) continue;
      content.Add(In("[contractor]", "【委託事業者】"), Tone::kStrong);
      for (const char* attribute : {"title", "corporateNumber", "representative", "address", "note"}) {
        const Content stated = paper_.Stated(*party, attribute);
        if (stated.empty()) continue;
        content.Append(Content(paper_.Label(*party, attribute) + In(": ", "　") + stated.Plain()), 1);
      }
      for (const Row* undertaking : paper_.PartsOf(uid, "Undertaking"))
        content.Append(paper_.Stated(*undertaking, "text"), 1);
    }
    return content;
  }

  Content WardSafeguards(const Row& act) const {
    return Safeguards(act, {"physical", "personnel", "operation", "technical"}, true);
  }

  Document& document_;
  const Paper& paper_;
  int& number_;
  const std::vector<const Row*> acts_;
  const Row* development_ = nullptr;
  const Row* outsourcing_ = nullptr;
  const Row* collection_ = nullptr;
  const Row* last_ = nullptr;
};

}  // namespace

void AddActs(Document& document, const Paper& paper, int& number) { Acts(document, paper, number).Add(); }

}  // namespace hikae::report
