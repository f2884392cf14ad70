#include "audit/formats.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "audit/hint.h"
#include "audit/literal.h"

namespace hikae::audit {
namespace {

constexpr std::array<std::string_view, 5> kKeys = {"type", "pattern", "most", "ja", "en"};
constexpr int64_t kMaxBytes = int64_t{1} << 20;  // the most that a vault takes

class Reader {
 public:
  Reader(const PackFiles& files, const cedar::Schema& schema, LintReport& report)
      : file_(PathOf(files, "pack.yaml")), schema_(schema), report_(report) {}

  std::vector<Format> Read(const codec::Node& map) {
    std::vector<Format> formats;
    if (!map.IsMap()) {
      Fail(map.mark(), "`formats` is not a map", "「formats」が項目の一覧ではない");
      return formats;
    }
    for (size_t i = 0; i < map.entries().size(); ++i) {
      const auto& [name, entry] = map.entries()[i];
      const size_t before = report_.errors.size();
      Format format = ReadOne(name, entry, map.KeyMark(i));
      if (report_.errors.size() == before) formats.push_back(std::move(format));
    }
    return formats;
  }

 private:
  void Fail(codec::Mark mark, std::string en, std::string ja, base::Text hint = {}) {
    report_.errors.emplace_back(base::Status::kRules, base::Text{std::move(en), std::move(ja)},
                                base::Place{file_, mark.line, mark.column}, std::move(hint));
  }

  Format ReadOne(const std::string& name, const codec::Node& entry, codec::Mark mark) {
    Format format{name, {}, {}, 0, {}};
    if (!entry.IsMap()) return Fail(mark, Label(name).en + "is not a map", Label(name).ja + "項目がない"), format;
    for (size_t i = 0; i < entry.entries().size(); ++i) {
      const std::string& key = entry.entries()[i].first;
      if (std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end()) continue;
      Fail(entry.KeyMark(i), fmt::format("{}`{}` is not a key of a format", Label(name).en, key),
           fmt::format("{}「{}」は書式の項目ではない", Label(name).ja, key), NearestHint(key, kKeys));
    }
    format.type = Text(name, entry, "type", mark);
    format.pattern = Text(name, entry, "pattern", mark);
    format.title = {Text(name, entry, "en", mark), Text(name, entry, "ja", mark)};
    format.most_bytes = Most(name, entry, mark);
    CheckType(name, format.type, mark);
    return format;
  }

  // "" was reported.
  std::string Text(const std::string& name, const codec::Node& entry, std::string_view key, codec::Mark mark) {
    const codec::Node* node = entry.Find(key);
    if (node != nullptr && node->IsText() && !node->text().empty()) return node->text();
    Fail(node == nullptr ? mark : node->mark(), fmt::format("{}`{}` is missing or empty", Label(name).en, key),
         fmt::format("{}「{}」がないか、空である", Label(name).ja, key));
    return {};
  }

  size_t Most(const std::string& name, const codec::Node& entry, codec::Mark mark) {
    const codec::Node* node = entry.Find("most");
    cedar::Type type;
    type.kind = cedar::Type::Kind::kLong;
    if (node != nullptr) {
      const base::Result<cedar::Value> value = ReadNode(*node, type, schema_, file_);
      if (value.ok() && value->integer() >= 1 && value->integer() <= kMaxBytes)
        return static_cast<size_t>(value->integer());
    }
    Fail(node == nullptr ? mark : node->mark(), fmt::format("{}`most` is not a number of bytes", Label(name).en),
         fmt::format("{}「most」がバイト数ではない", Label(name).ja), {fmt::format("1 … {}", kMaxBytes), ""});
    return 0;
  }

  void CheckType(const std::string& name, const std::string& type, codec::Mark mark) {
    const cedar::EntityType* types = schema_.FindEntityType("ItemType");
    static const std::vector<std::string> kNone;
    const std::vector<std::string>& ids = types == nullptr ? kNone : types->enum_ids;
    if (type.empty() || std::find(ids.begin(), ids.end(), type) != ids.end()) return;
    Fail(mark, fmt::format("{}unknown type `{}`", Label(name).en, type),
         fmt::format("{}型「{}」はない", Label(name).ja, type), NearestHint(type, ids));
  }

  static base::Text Label(const std::string& name) {
    return {fmt::format("format `{}`: ", name), fmt::format("書式「{}」: ", name)};
  }

  std::string file_;
  const cedar::Schema& schema_;
  LintReport& report_;
};

}  // namespace

std::vector<Format> ReadFormats(const Manifest& manifest, const PackFiles& files, const cedar::Schema& schema,
                                LintReport& report) {
  const codec::Node* map = manifest.node.Find("formats");
  if (map == nullptr) return {};
  return Reader(files, schema, report).Read(*map);
}

}  // namespace hikae::audit
