#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "report/consultation.h"
#include "report/flow_diagram.h"
#include "report/vocabulary.h"

namespace hikae::report {
namespace {

using registry::Row;

class Annexes {
 public:
  Annexes(Document& document, const Paper& paper) : document_(document), paper_(paper) {}

  void Add() {
    Items();
    PolicyTable();
    Flows();
    Safeguards();
    TrackRecords();
    Everything();
  }

 private:
  std::string In(std::string_view en, std::string_view ja) const { return paper_.In(en, ja); }

  void Head(std::string_view en, std::string_view ja) {
    document_.Add(PageBreak{});
    ++number_;
    document_.Add(Heading{2, In(fmt::format("Annex {}: ", number_), fmt::format("別紙{}　", number_)) + In(en, ja)});
  }

  Table TableOf(std::string_view name, std::string_view en, std::string_view ja) const {
    Table table;
    table.key = KeyOf(paper_, name);
    table.caption = In(en, ja);
    table.show_caption = false;
    return table;
  }

  // ---- items ------------------------------------------------------------------------------------------------------
  Content Marks(const Row* item) const {
    Content marks;
    const auto mark = [&](const char* attribute, std::string_view en, std::string_view ja) {
      if (item == nullptr || !paper_.True(*item, attribute)) return;
      marks.Then(In(en, ja), Tone::kTag);
    };
    mark("sensitive", "sensitive", "要配慮");
    mark("secret", "secret", "秘密");
    if (!marks.empty()) return marks;
    const bool said =
        item != nullptr && (!paper_.Stated(*item, "sensitive").empty() || !paper_.Stated(*item, "secret").empty());
    return Content(said ? In("neither", "該当しない") : In("–", "－"), Tone::kMuted);
  }

  void Items() {
    const auto groups = paper_.Parts("ItemGroup");
    if (groups.empty()) return;
    Head("items of personal information", "個人情報の項目");
    Table table = TableOf("items", "Items of personal information", "個人情報の項目");
    table.columns = {{"item", In("item", "項目"), 38},
                     {"marks", In("sensitive / secret", "要配慮・秘密の別"), 24},
                     {"note", In("note", "注記"), 0}};
    table.group_label = In("list", "区分");
    table.first_is_header = true;
    for (const Row* group : groups) {
      const std::string about = paper_.Text(*group, "about");
      const std::string title =
          paper_.Text(*group, "title") + (about.empty() ? "" : In(" – about: ", "　対象者：") + about);
      for (const cedar::EntityUid& uid : paper_.InOrder(paper_.Entities(*group, "items"))) {
        const Row* item = paper_.source().snapshot.Find(uid);
        Content note = item == nullptr ? Content() : paper_.Stated(*item, "note");
        const std::string alias = item == nullptr ? "" : paper_.Text(*item, "aliasOf");
        if (!alias.empty()) note.Add(In("same item as " + alias, alias + "と同じ項目"));
        table.rows.push_back(
            {title, {Content(uid.id), Marks(item), note.empty() ? Content(In("–", "－"), Tone::kMuted) : note}});
      }
      if (paper_.Entities(*group, "items").empty())
        table.rows.push_back({title, {paper_.Always(*group, "items"), Content(""), Content("")}});
    }
    document_.Add(std::move(table));
    document_.Add(Paragraph{
        Content(In("A dash: nothing is registered about it.", "「－」は、登録がないことを示す。"), Tone::kMuted)});
  }

  // ---- policy table -----------------------------------------------------------------------------------------------
  void PolicyTable() {
    const auto lines = paper_.Parts("PolicyLine");
    if (lines.empty()) return;
    Head("the information security policy and how it is met", "情報セキュリティポリシー対応表");
    Table table = TableOf("policy", "Information security policy", "情報セキュリティポリシー対応表");
    table.columns = {{"row", In("row", "項目"), 15},
                     {"measure", In("measure [method]", "対応【手法】"), 0},
                     {"articles", In("provisions", "関係条文"), 13},
                     {"fulfilment", In("fulfilment and its grounds", "充足・根拠"), 27}};
    table.group_label = In("heading", "大項目");
    table.first_is_header = true;
    for (const Row* line : lines) {
      Content measure;
      std::string method = paper_.Text(*line, "methodText");
      if (method.empty()) method = paper_.Text(*line, "methods");
      if (!method.empty())
        measure.Add(method.starts_with("【") || method.starts_with("「") ? method
                                                                         : In("[" + method + "]", "【" + method + "】"),
                    Tone::kStrong);
      measure.Append(paper_.Always(*line, "text"));
      measure.Append(State(*line));
      Content articles;
      for (const char* attribute : {"outline", "standard"}) {
        if (!paper_.Stated(*line, attribute).empty())
          articles.Add(paper_.Label(*line, attribute) + " " + paper_.Stated(*line, attribute).Plain());
      }
      const std::string heading = paper_.Text(*line, "heading");
      table.rows.push_back(
          {heading.empty() ? paper_.Text(*line, "row") : heading,
           {paper_.Always(*line, "title"), std::move(measure), articles.empty() ? paper_.Nothing() : articles,
            paper_.Fulfilment(paper_.Ids(*line, "controls"))}});
    }
    document_.Add(std::move(table));
  }

  Content State(const Row& row) const {
    const std::string state = paper_.Id(row, "state");
    if (state.empty()) return {};
    Content content(paper_.Text(row, "state"), state == "in-place" ? Tone::kPlain : Tone::kOpen);
    if (state == "in-place") return {};
    for (const char* attribute : {"dueOn", "equivalentMeans", "approvedBy", "notApplicableReason"}) {
      const std::string more = paper_.Text(row, attribute);
      if (!more.empty()) content.Add(paper_.Label(row, attribute) + In(": ", "：") + more);
    }
    return content;
  }

  // ---- flows ------------------------------------------------------------------------------------------------------
  EndKind KindOf(const std::string& name) const {
    for (const char* type : {"Section", "Post", "Staff", "Room", "Place"}) {
      for (const Row* row : paper_.source().snapshot.OfType(type)) {
        if (row->entity.uid.id == name || paper_.Text(*row, "title") == name) return EndKind::kWard;
      }
    }
    for (const char* type : {"System", "Store"}) {
      for (const Row* row : paper_.source().snapshot.OfType(type)) {
        if (row->entity.uid.id == name || paper_.Text(*row, "title") == name) return EndKind::kSystem;
      }
    }
    for (const Row* row : paper_.source().snapshot.OfType("Party")) {
      if (row->entity.uid.id != name && paper_.Text(*row, "title") != name) continue;
      const auto kinds = paper_.Ids(*row, "kinds");
      const bool works_for_us = kinds.count("contractor") + kinds.count("subcontractor") + kinds.count("developer") +
                                    kinds.count("maintainer") !=
                                0;
      return works_for_us ? EndKind::kContractor : EndKind::kOutside;
    }
    return name.starts_with(Word("PartyKind", "contractor").ja) ? EndKind::kContractor : EndKind::kUnstated;
  }

  struct Drawn {
    std::vector<FlowEnd> ends;
    std::vector<FlowArrow> arrows;
  };

  size_t EndOf(Drawn& drawn, const std::string& name) const {
    for (size_t i = 0; i < drawn.ends.size(); ++i) {
      if (drawn.ends[i].name == name) return i;
    }
    drawn.ends.push_back({name, KindOf(name)});
    return drawn.ends.size() - 1;
  }

  FlowArrow ArrowOf(Drawn& drawn, const Row& flow) const {
    const std::string third = paper_.Text(flow, "thirdParty"), system = paper_.Text(flow, "toSystem");
    std::string from = paper_.Text(flow, "from"), to = paper_.Text(flow, "to");
    if (to.empty()) to = system.empty() ? third : system;
    FlowArrow arrow;
    arrow.from = EndOf(drawn, from.empty() ? paper_.Always(flow, "from").Plain() : from);
    arrow.to = EndOf(drawn, to.empty() ? paper_.Always(flow, "to").Plain() : to);
    arrow.number = paper_.Text(flow, "number");
    arrow.medium = paper_.Id(flow, "medium");
    arrow.medium_label = paper_.Always(flow, "medium").Plain();
    arrow.text = paper_.Text(flow, "text");
    if (!system.empty() && system != to) arrow.text += In(" (into " + system + ")", "（" + system + "へ）");
    for (const cedar::EntityUid& item : paper_.InOrder(paper_.Entities(flow, "items")))
      arrow.items.push_back(paper_.names().Entity(item));
    arrow.crosses_contract = paper_.True(flow, "crossesContract");
    // Of a flow across the contract one end is the ward's and the other the contractor's.
    if (arrow.crosses_contract) {
      FlowEnd& a = drawn.ends[arrow.from];
      FlowEnd& b = drawn.ends[arrow.to];
      const auto other = [](EndKind kind) {
        return kind == EndKind::kContractor ? EndKind::kWard : EndKind::kContractor;
      };
      if (a.kind == EndKind::kUnstated && b.kind != EndKind::kUnstated) a.kind = other(b.kind);
      if (b.kind == EndKind::kUnstated && a.kind != EndKind::kUnstated) b.kind = other(a.kind);
    }
    return arrow;
  }

  void Flows() {
    const auto flows = paper_.Parts("Flow");
    if (flows.empty()) return;
    Head("flow of the data", "業務の流れ（情報の流れ）");
    Drawn drawn;
    Table table = TableOf("flows", "Flows", "情報の流れ");
    table.columns = {{"number", In("no.", "番号"), 9}, {"from", In("from", "渡す側"), 16},
                     {"to", In("to", "受ける側"), 16}, {"medium", In("medium", "媒体"), 11},
                     {"text", In("flow", "流れ"), 0},  {"items", In("items", "項目"), 22}};
    for (const Row* flow : flows) {
      const FlowArrow arrow = ArrowOf(drawn, *flow);
      table.rows.push_back(
          {"",
           {arrow.number.empty() ? Content(fmt::format("{}", table.rows.size() + 1)) : Content(arrow.number),
            Content(drawn.ends[arrow.from].name), Content(drawn.ends[arrow.to].name), Content(arrow.medium_label),
            Content(arrow.text + (arrow.crosses_contract ? In(" <ward / contractor>", "〔区と受託者の間〕") : "")),
            paper_.Always(*flow, "items")}});
      drawn.arrows.push_back(arrow);
    }
    const std::string title = In("Flow of the data: ", "情報の流れ　") + paper_.names().Entity(paper_.row().entity.uid);
    const std::string id = fmt::format("flow-{}", document_.blocks.size());
    const auto drawings = DrawFlows(drawn.ends, drawn.arrows, title, id, paper_.language());
    for (size_t i = 0; i < drawings.size(); ++i) {
      const std::string part = drawings.size() == 1 ? "" : fmt::format(" ({}/{})", i + 1, drawings.size());
      document_.Add(Figure{drawings[i], title + part});
    }
    document_.Add(std::move(table));
  }

  // ---- safeguards -------------------------------------------------------------------------------------------------
  void Safeguards() {
    const auto safeguards = paper_.Parts("Safeguard");
    if (safeguards.empty()) return;
    Head("safeguards, their state and fulfilment", "保護対策の状態と充足状況");
    Table table = TableOf("safeguards", "Safeguards", "保護対策の状態と充足状況");
    table.columns = {{"number", In("no.", "番号"), 11},
                     {"text", In("safeguard", "対策"), 0},
                     {"state", In("state", "状態"), 12},
                     {"fulfilment", In("fulfilment and its grounds", "充足・根拠"), 32}};
    table.group_label = In("part", "区分");
    // Groups stand together, in the order in which the paper first comes to them.
    std::vector<std::string> order;
    for (const Row* row : safeguards) {
      const std::string part = paper_.Always(*row, "part").Plain();
      if (std::find(order.begin(), order.end(), part) == order.end()) order.push_back(part);
    }
    for (const std::string& part : order) {
      for (const Row* row : safeguards) {
        if (paper_.Always(*row, "part").Plain() != part) continue;
        const Content state = State(*row);
        table.rows.push_back(
            {part,
             {paper_.Always(*row, "number"), paper_.Always(*row, "text"),
              state.empty() ? paper_.Always(*row, "state") : state, paper_.Fulfilment(paper_.Ids(*row, "controls"))}});
      }
    }
    document_.Add(std::move(table));
  }

  void TrackRecords() {
    Table table = TableOf("track-record", "Track record of the contractor", "受託事業者の事業実績一覧");
    table.columns = {{"party", In("party", "事業者"), 26},
                     {"title", In("work", "事業名"), 0},
                     {"text", In("as stated", "記載"), 30},
                     {"likeness", In("judged", "判断"), 18}};
    for (const cedar::EntityUid& uid : paper_.Entities(paper_.row(), "parties")) {
      for (const Row* record : paper_.PartsOf(uid, "TrackRecord")) {
        table.rows.push_back({"",
                              {Content(paper_.names().Entity(uid)), paper_.Always(*record, "title"),
                               paper_.Always(*record, "text"), paper_.Always(*record, "likeness")}});
      }
    }
    if (table.rows.empty()) return;
    Head("track record of the contractor", "受託事業者の事業実績一覧");
    document_.Add(std::move(table));
  }

  // ---- the rest: a stated fact is never lost ----------------------------------------------------------------------
  Content Attributes(const Row& row, const cedar::EntityType& type) const {
    Content content;
    for (const cedar::Attribute& attribute : type.attributes) {
      const bool skip = attribute.annotations.count("owner") + attribute.annotations.count("fact") +
                            attribute.annotations.count("title") !=
                        0;
      const Content stated = skip ? Content() : paper_.Stated(row, attribute.name);
      if (stated.empty()) continue;
      content.Add(paper_.Label(row, attribute.name) + In(": ", "："), Tone::kMuted);
      if (stated.lines().size() == 1) {
        for (const Span& span : stated.lines().front().spans) content.Then(span.text, span.tone);
      } else {
        content.Append(stated, 1);
      }
    }
    for (const auto& [name, value] : row.entity.tags) content.Add(name + In(": ", "：") + paper_.names().Value(value));
    return content;
  }

  void Put(Table& table, const Row& row, const cedar::EntityType& type, int depth) {
    Content title(std::string(static_cast<size_t>(depth) * 3, ' ') + paper_.names().Entity(row.entity.uid));
    Content content = Attributes(row, type);
    table.rows.push_back(
        {paper_.names().Type(type.name), {std::move(title), content.empty() ? paper_.Nothing() : content}});
    for (const cedar::EntityType& inner : paper_.source().pack.schema.entity_types()) {
      if (depth > 3) return;  // owners do not nest deeper in any pack; a cycle cannot be declared
      for (const Row* part : paper_.PartsOf(row.entity.uid, inner.name)) Put(table, *part, inner, depth + 1);
    }
  }

  void Everything() {
    // Printed above. What is not of the paper (@running, @ledger) has reports of its own.
    static const std::set<std::string> elsewhere = {"Attachment", "ItemGroup", "Volume",    "WorkStep",
                                                    "Flow",       "Safeguard", "PolicyLine"};
    Table table = TableOf("rest", "Everything else the paper states", "その他の記載事項");
    table.columns = {{"title", In("entry", "記載"), 34}, {"content", In("content", "内容"), 0}};
    table.group_label = In("kind", "種類");
    for (const cedar::EntityType& type : paper_.source().pack.schema.entity_types()) {
      if (elsewhere.count(type.name) + type.annotations.count("running") + type.annotations.count("ledger") != 0)
        continue;
      for (const Row* row : paper_.Parts(type.name)) Put(table, *row, type, 0);
    }
    for (const auto& [name, value] : paper_.row().entity.tags) {
      table.rows.push_back(
          {In("other entries", "その他必要な事項"), {Content(name), Content(paper_.names().Value(value))}});
    }
    if (table.rows.empty()) return;
    Head("everything else the paper states", "その他の記載事項");
    document_.Add(std::move(table));
  }

  Document& document_;
  const Paper& paper_;
  int number_ = 0;
};

}  // namespace

void AddAnnexes(Document& document, const Paper& paper) { Annexes(document, paper).Add(); }

}  // namespace hikae::report
