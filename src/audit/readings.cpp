#include "audit/readings.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "audit/hint.h"

namespace hikae::audit {
namespace {

bool Has(const std::vector<std::string>& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

class Reader {
 public:
  Reader(const PackFiles& files, const cedar::Schema& schema, LintReport& report)
      : files_(files), schema_(schema), report_(report) {}

  void Read(const codec::Node& node, Readings& readings) {
    for (size_t i = 0; i < node.entries().size(); ++i) {
      const auto& [type, words] = node.entries()[i];
      if (type == "source") continue;
      const cedar::EntityType* known = schema_.FindEntityType(type);
      if (known == nullptr || known->enum_ids.empty()) {
        Fail(node.KeyMark(i), fmt::format("`{}` is not an enumeration of the schema", type),
             fmt::format("「{}」は列挙の型ではない", type),
             {"`reads` holds `source` and enumerations, such as Control",
              "reads には source と、Control などの列挙を書く"});
      } else if (!words.IsMap()) {
        Fail(words.mark(), fmt::format("the words of `{}` are not a map", type),
             fmt::format("「{}」の読替えが項目の一覧ではない", type));
      } else {
        ReadType(*known, words, readings[type]);
      }
    }
  }

  void Fail(codec::Mark mark, std::string en, std::string ja, base::Text hint = {}) {
    report_.errors.emplace_back(base::Status::kRules, base::Text{std::move(en), std::move(ja)},
                                base::Place{PathOf(files_, "pack.yaml"), mark.line, mark.column}, std::move(hint));
  }

 private:
  void ReadType(const cedar::EntityType& type, const codec::Node& words, std::vector<Reading>& readings) {
    for (size_t i = 0; i < words.entries().size(); ++i) {
      const auto& [word, others] = words.entries()[i];
      if (!Has(type.enum_ids, word)) {
        Fail(words.KeyMark(i), fmt::format("`{}` is no {} of the pack", word, type.name),
             fmt::format("「{}」は{}の語ではない", word, type.name), NearestHint(word, type.enum_ids));
        continue;
      }
      Reading reading{.word = word, .of = {}};
      for (const codec::Node& other : others.IsList() ? others.items() : std::vector<codec::Node>{others}) {
        std::vector<std::string> together;
        for (const codec::Node& one : other.IsList() ? other.items() : std::vector<codec::Node>{other})
          AddWord(type, one, together);
        if (!together.empty()) reading.of.push_back(std::move(together));
      }
      readings.push_back(std::move(reading));
    }
  }

  // A word that the pack has itself already means what it means.
  void AddWord(const cedar::EntityType& type, const codec::Node& node, std::vector<std::string>& together) {
    if (!node.IsText() || node.text().empty()) {
      Fail(node.mark(), "a word of another pack is expected, or a list of them", "別の規程集の語か、その並びを書く");
    } else if (Has(type.enum_ids, node.text())) {
      Fail(node.mark(), fmt::format("`{}` is a word of the pack itself", node.text()),
           fmt::format("「{}」はこの規程集の語である", node.text()),
           {"only words of other packs are read as something", "読み替えるのは、別の規程集の語だけである"});
    } else {
      together.push_back(node.text());
    }
  }

  const PackFiles& files_;
  const cedar::Schema& schema_;
  LintReport& report_;
};

}  // namespace

void ReadReadings(const Manifest& manifest, const PackFiles& files, const cedar::Schema& schema, Readings& readings,
                  LintReport& report) {
  const codec::Node* node = manifest.node.Find("reads");
  if (node == nullptr) return;
  Reader reader(files, schema, report);
  if (node->IsMap()) return reader.Read(*node, readings);
  reader.Fail(node->mark(), "`reads` is not a map", "reads が項目の一覧ではない");
}

void AddReadings(const Readings& readings, std::vector<cedar::Value>& elements) {
  if (elements.empty() || elements.front().kind() != cedar::Value::Kind::kEntity) return;
  const std::string type = elements.front().entity().type;
  const auto found = readings.find(type);
  if (found == readings.end()) return;
  std::set<std::string> ids;
  for (const cedar::Value& element : elements) ids.insert(element.entity().id);
  const auto stated = [&ids](const std::vector<std::string>& together) {
    return std::all_of(together.begin(), together.end(), [&ids](const std::string& id) { return ids.contains(id); });
  };
  for (const Reading& reading : found->second) {
    if (ids.contains(reading.word) || std::none_of(reading.of.begin(), reading.of.end(), stated)) continue;
    elements.push_back(cedar::Value::Entity({type, reading.word}));
  }
}

}  // namespace hikae::audit
