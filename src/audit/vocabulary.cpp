#include "audit/vocabulary.h"

#include "cedar/schema/schema_unite.h"

namespace hikae::audit {

base::Result<cedar::Schema> VocabularyOf(std::span<const PackPtr> packs) {
  static const cedar::OpenNames kOpen = {"Article", "Control", "Clause", "PolicyRow", "Parameters"};
  if (packs.size() == 1) return packs.front()->schema;
  std::vector<std::vector<cedar::SourceText>> texts;
  for (const PackPtr& pack : packs) texts.push_back(pack->schema_texts);
  return cedar::UniteSchemas(texts, kOpen);
}

}  // namespace hikae::audit
