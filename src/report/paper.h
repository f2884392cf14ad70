// One declared paper as a report reads it: the declaration, its parts in the order of the document, and what the
// findings say of the safeguards it promises.
#ifndef HIKAE_REPORT_PAPER_H_
#define HIKAE_REPORT_PAPER_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "report/document.h"
#include "report/report.h"
#include "report/words.h"

namespace hikae::report {

// Borrows the source and the names; lives no longer than they. Nothing in it changes after construction.
class Paper {
 public:
  Paper(const Source& source, const registry::Row& declaration, const Names& names);

  // The papers of a handling, by submission.
  static std::vector<const registry::Row*> DeclarationsOf(const registry::Snapshot& snapshot,
                                                          const std::string& handling);

  const registry::Row& row() const { return declaration_; }
  const Names& names() const { return names_; }
  const Source& source() const { return source_; }
  base::Language language() const { return names_.language(); }
  std::string In(std::string_view en, std::string_view ja) const { return Say(language(), en, ja); }

  // The parts of a type that belong to `owner`, or to the declaration, in the order in which they were stated. Empty
  // for a type the pack does not have.
  std::vector<const registry::Row*> Parts(std::string_view type) const {
    return PartsOf(declaration_.entity.uid, type);
  }
  std::vector<const registry::Row*> PartsOf(const cedar::EntityUid& owner, std::string_view type) const;

  // What stands in an attribute: its value, or its gap; empty Content when nothing was said.
  Content Stated(const registry::Row& row, std::string_view attribute) const;
  // The same, but 登録なし when nothing was said: a heading of the form is never followed by nothing.
  Content Always(const registry::Row& row, std::string_view attribute) const;
  Content Nothing() const { return Content(In("(not registered)", "登録なし"), Tone::kGap); }
  // The value alone as text; "" when there is none.
  std::string Text(const registry::Row& row, std::string_view attribute) const;
  std::string Id(const registry::Row& row, std::string_view attribute) const;  // of an entity value
  std::set<std::string> Ids(const registry::Row& row,
                            std::string_view attribute) const;  // of a set of entities, or of one
  std::vector<cedar::EntityUid> Entities(const registry::Row& row, std::string_view attribute) const;
  // A set has no order of its own: as they were declared, those not declared last. The common vocabulary comes first.
  std::vector<cedar::EntityUid> InOrder(std::vector<cedar::EntityUid> uids) const;
  bool True(const registry::Row& row, std::string_view attribute) const;
  // Label of the schema.
  std::string Label(const registry::Row& row, std::string_view attribute) const {
    return names_.Attribute(row.entity.uid.type, attribute);
  }

  // True when `attribute` (one act or a set of them) names the act, or names none.
  bool Concerns(const registry::Row& row, std::string_view attribute, const cedar::EntityUid& act) const;
  bool NamesAct(const registry::Row& row, std::string_view attribute) const;

  // 充足・根拠: what the findings of the rules on these controls say, with the reasons of all that is not kept.
  Content Fulfilment(const std::set<std::string>& controls) const;

 private:
  const cedar::Value* Find(const registry::Row& row, std::string_view attribute) const;

  const Source& source_;
  const registry::Row& declaration_;
  const Names& names_;
};

// Lines of a paper: "(1)…", "ア …" and "・…" stand further in than "1 …".
Content PaperLines(std::string_view text);

}  // namespace hikae::report

#endif  // HIKAE_REPORT_PAPER_H_
