#include "audit/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "audit/hint.h"

namespace hikae::audit {
namespace {

constexpr std::string_view kFile = "pack.yaml";
constexpr std::array<std::string_view, 18> kKeys = {
    "id",       "title",      "title_en", "effective", "core",        "schema",   "note",       "source", "confidence",
    "policies", "parameters", "controls", "formats",   "closed_days", "tightens", "transition", "reads",  "words"};

class Reader {
 public:
  Reader(const PackFiles& files, const codec::Node& root, LintReport& report)
      : files_(files), root_(root), report_(report) {}

  std::optional<Manifest> Read() {
    const size_t before = report_.errors.size();
    Manifest manifest;
    manifest.id = RequireText("id");
    CheckId(manifest.id);
    manifest.title = {RequireText("title_en"), RequireText("title")};
    ReadEffective(manifest.effective);
    if (root_.Find("tightens") != nullptr) manifest.tightens = RequireText("tightens");
    if (manifest.tightens.empty() || root_.Find("schema") != nullptr) manifest.schemas = ReadFiles("schema");
    manifest.policies = ReadFiles("policies");
    WarnOfStrangers(manifest);
    if (report_.errors.size() != before) return std::nullopt;
    manifest.node = root_;
    return manifest;
  }

 private:
  void Fail(const codec::Node& node, std::string en, std::string ja, base::Text hint = {}) {
    report_.errors.emplace_back(base::Status::kRules, base::Text{std::move(en), std::move(ja)}, At(node.mark()),
                                std::move(hint));
  }
  base::Place At(codec::Mark mark) const { return {PathOf(files_, kFile), mark.line, mark.column}; }

  std::string RequireText(std::string_view key) {
    const codec::Node* node = root_.Find(key);
    if (node == nullptr || !node->IsText() || node->text().empty()) {
      Fail(node == nullptr ? root_ : *node, fmt::format("`{}` is missing", key), fmt::format("「{}」がない", key));
      return {};
    }
    return node->text();
  }

  void CheckId(const std::string& id) {
    const bool plain = std::all_of(id.begin(), id.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
    if (!plain) {
      Fail(*root_.Find("id"), fmt::format("`{}` is no pack id", id),
           fmt::format("「{}」は規程集の識別子にならない", id),
           {"lower-case letters, digits, `-` and `.`", "英小文字、数字、「-」、「.」"});
    }
  }

  std::optional<base::Day> ReadDate(const codec::Node& node) {
    base::Result<base::Day> day = ReadIsoDate(node.IsText() ? std::string_view(node.text()) : std::string_view());
    if (day.ok()) return *day;
    Fail(node, day.error().text.en, day.error().text.ja, day.error().hint);
    return std::nullopt;
  }

  void ReadEffective(Interval& interval) {
    const codec::Node* effective = root_.Find("effective");
    const codec::Node* from = effective == nullptr ? nullptr : effective->Find("from");
    if (from == nullptr) {
      Fail(effective == nullptr ? root_ : *effective, "`effective: { from: … }` is missing",
           "「effective」の「from」がない");
      return;
    }
    interval.from = ReadDate(*from).value_or(0);
    const codec::Node* until = effective->Find("until");
    if (until == nullptr || until->IsNull()) return;
    interval.until = ReadDate(*until);
    if (interval.until && *interval.until < interval.from) {
      Fail(*until, "the effective interval ends before it begins", "施行期間の終わりが始まりより前になっている");
    }
  }

  std::vector<std::string> ReadFiles(std::string_view key) {
    const codec::Node* node = root_.Find(key);
    if (node == nullptr) {
      Fail(root_, fmt::format("`{}` is missing", key), fmt::format("「{}」がない", key));
      return {};
    }
    std::vector<std::string> names;
    for (const codec::Node& item : node->IsList() ? node->items() : std::vector<codec::Node>{*node}) {
      if (!item.IsText() || !files_.files.contains(item.text())) {
        const std::string name = item.IsText() ? item.text() : std::string("?");
        Fail(item, fmt::format("there is no file `{}` in the pack", name),
             fmt::format("規程集にファイル「{}」がない", name));
        continue;
      }
      names.push_back(item.text());
    }
    return names;
  }

  // A policy file that no list names would be law that is not applied.
  void WarnOfStrangers(const Manifest& manifest) {
    for (size_t i = 0; i < root_.entries().size(); ++i) {
      const std::string& key = root_.entries()[i].first;
      if (std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end()) continue;
      report_.warnings.emplace_back(base::Status::kRules,
                                    base::Text{fmt::format("`{}` is not a key of pack.yaml", key),
                                               fmt::format("「{}」は pack.yaml の項目ではない", key)},
                                    At(root_.KeyMark(i)), NearestHint(key, kKeys));
    }
    for (const auto& [name, text] : files_.files) {
      const auto& list = name.ends_with(".cedar") ? manifest.policies : manifest.schemas;
      if (!name.ends_with(".cedar") && !name.ends_with(".cedarschema")) continue;
      if (std::find(list.begin(), list.end(), name) != list.end()) continue;
      Fail(root_, fmt::format("`{}` is in the folder but not listed", name), fmt::format("「{}」が一覧にない", name));
    }
  }

  const PackFiles& files_;
  const codec::Node& root_;
  LintReport& report_;
};

}  // namespace

base::Result<base::Day> ReadIsoDate(std::string_view text) {
  base::Result<base::Day> day = base::ParseDate(text);
  if (day.ok() && base::FormatIso(*day) == text) return day;
  return base::Error(base::Status::kRules,
                     {fmt::format("`{}` is not a date", text), fmt::format("「{}」は日付ではない", text)}, {},
                     {"expected year-month-day, as 2021-04-01", "2021-04-01 の形で書く"});
}

std::string PathOf(const PackFiles& files, std::string_view name) {
  return files.folder.empty() ? std::string(name) : fmt::format("{}/{}", files.folder, name);
}

std::optional<Manifest> ReadManifest(const PackFiles& files, LintReport& report) {
  const auto found = files.files.find(std::string(kFile));
  if (found == files.files.end()) {
    report.errors.emplace_back(base::Status::kRules, base::Text{"the folder has no pack.yaml", "pack.yaml がない"},
                               base::Place{files.folder, 0, 0});
    return std::nullopt;
  }
  base::Result<codec::Node> root = codec::ReadYaml(found->second, PathOf(files, kFile));
  if (!root.ok()) {
    report.errors.push_back(root.error());
    report.errors.back().status = base::Status::kRules;
    return std::nullopt;
  }
  if (!root->IsMap()) {
    report.errors.emplace_back(base::Status::kRules,
                               base::Text{"pack.yaml is not a map", "pack.yaml が項目の一覧ではない"},
                               base::Place{PathOf(files, kFile), 1, 1});
    return std::nullopt;
  }
  return Reader(files, *root, report).Read();
}

}  // namespace hikae::audit
