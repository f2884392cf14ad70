#include "office/file_specs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace hikae::office {
namespace {

using base::Error;
using base::Result;
using base::Status;
using cedar::Entity;
using cedar::Value;

template <class T, size_t N>
using Words = std::array<std::pair<std::string_view, T>, N>;

constexpr Words<vault::ItemType, 6> kTypes = {{{"text", vault::ItemType::kText},
                                               {"date", vault::ItemType::kDate},
                                               {"number", vault::ItemType::kNumber},
                                               {"code", vault::ItemType::kCode},
                                               {"account", vault::ItemType::kAccount},
                                               {"blob", vault::ItemType::kBlob}}};
constexpr Words<vault::IndexKind, 4> kIndexes = {{{"exact", vault::IndexKind::kExact},
                                                  {"prefix", vault::IndexKind::kPrefix},
                                                  {"token", vault::IndexKind::kToken},
                                                  {"year", vault::IndexKind::kYear}}};
constexpr Words<vault::Suite, 2> kSuites = {
    {{"xchacha20-poly1305", vault::Suite::kXChaCha20Poly1305}, {"aes-256-gcm", vault::Suite::kAes256Gcm}}};
constexpr int64_t kMaxPrefix = 64;  // code points

template <class T, size_t N>
std::optional<T> Find(const Words<T, N>& words, std::string_view name) {
  for (const auto& [word, value] : words) {
    if (word == name) return value;
  }
  return std::nullopt;
}

const Value* Get(const Entity& entity, const char* attribute) {
  const auto found = entity.attributes.find(attribute);
  return found == entity.attributes.end() ? nullptr : &found->second;
}

Error Wrong(const std::string& file, const std::string& item, const std::string& en, const std::string& ja) {
  return Error(Status::kRules, {fmt::format("file `{}`, item `{}`: {}", file, item, en),
                                fmt::format("ファイル「{}」の項目「{}」: {}", file, item, ja)});
}

class Reader {
 public:
  Reader(const cedar::Entities& facts, const std::vector<audit::Format>& known) : known_(known) {
    for (const Entity* entity : facts.All()) {
      if (entity->uid.type == "File") files_.push_back(entity);
      if (entity->uid.type == "ItemFormat") formats_[Get(*entity, "file")->entity().id].push_back(entity);
    }
  }

  std::map<std::string, vault::FileSpec> Read(std::map<std::string, Error>& faulty) {
    std::map<std::string, vault::FileSpec> specs;
    for (const Entity* file : files_) {
      Result<vault::FileSpec> spec = ReadFile(*file);
      if (spec.ok())
        specs.emplace(file->uid.id, *std::move(spec));
      else
        faulty.emplace(file->uid.id, spec.error());
    }
    return specs;
  }

 private:
  Result<vault::FileSpec> ReadFile(const Entity& file) const {
    vault::FileSpec spec;
    spec.file = file.uid.id;
    if (const Value* keeps = Get(file, "keepsHistory")) spec.keep_history = keeps->boolean();
    if (const Value* suite = Get(file, "suite")) {
      const auto known = Find(kSuites, suite->text());
      if (!known)
        return Error(Status::kRules,
                     {fmt::format("file `{}`: unknown suite `{}`", spec.file, suite->text()),
                      fmt::format("ファイル「{}」: 暗号方式「{}」はない", spec.file, suite->text())},
                     {}, {"xchacha20-poly1305, aes-256-gcm", ""});
      spec.suite = *known;
    }
    if (const Value* items = Get(file, "items")) {
      for (const Value& item : items->elements()) spec.items.emplace_back().item = item.entity().id;
    }
    const auto formats = formats_.find(spec.file);
    if (formats != formats_.end()) {
      for (const Entity* format : formats->second) HIKAE_CHECK(Apply(*format, spec));
    }
    if (spec.items.size() > vault::kMaxItems) return Wrong(spec.file, "", "too many items", "項目が多すぎる");
    return spec;
  }

  Result<void> Apply(const Entity& format, vault::FileSpec& spec) const {
    const std::string& id = Get(format, "item")->entity().id;
    const auto item = std::find_if(spec.items.begin(), spec.items.end(),
                                   [&](const vault::ItemSpec& known) { return known.item == id; });
    if (item == spec.items.end()) return Wrong(spec.file, id, "the file does not list it", "ファイルの項目にない");
    item->type = *Find(kTypes, Get(format, "kind")->entity().id);  // the schema's enum
    HIKAE_CHECK(ApplyFormat(format, spec.file, *item));
    if (const Value* most = Get(format, "mostBytes")) {
      if (most->integer() < 1 || most->integer() > static_cast<int64_t>(vault::kMaxItemBytes))
        return Wrong(spec.file, id, "the most bytes are out of range", "最大の長さが範囲の外にある");
      item->max_bytes = static_cast<size_t>(most->integer());
    }
    if (const Value* codes = Get(format, "codes")) {
      for (const Value& code : codes->elements()) item->codes.push_back(code.text());
      if (item->type != vault::ItemType::kCode)
        return Wrong(spec.file, id, "codes are for the type code", "符号は型 code のもの");
    }
    if (const Value* indexes = Get(format, "indexes")) {
      for (const Value& index : indexes->elements()) item->indexes.push_back(*Find(kIndexes, index.entity().id));
    }
    if (const Value* prefix = Get(format, "prefix")) {
      if (prefix->integer() < 1 || prefix->integer() > kMaxPrefix)
        return Wrong(spec.file, id, "the characters of the prefix are out of range",
                     "前方一致の文字数が範囲の外にある");
      item->prefix = static_cast<size_t>(prefix->integer());
    }
    return {};
  }

  Result<void> ApplyFormat(const Entity& format, const std::string& file, vault::ItemSpec& item) const {
    const Value* name = Get(format, "format");
    if (name == nullptr) return {};
    const auto known = std::find_if(known_.begin(), known_.end(),
                                    [&](const audit::Format& candidate) { return candidate.name == name->text(); });
    if (known == known_.end()) {
      return Wrong(file, item.item, fmt::format("the pack has no format `{}`", name->text()),
                   fmt::format("規程集に書式「{}」はない", name->text()));
    }
    if (Find(kTypes, known->type) != item.type) {
      return Wrong(file, item.item, fmt::format("the format `{}` is for the type {}", known->name, known->type),
                   fmt::format("書式「{}」は型 {} のもの", known->name, known->type));
    }
    item.format = known->name;
    item.pattern = known->pattern;
    item.max_bytes = known->most_bytes;
    return {};
  }

  const std::vector<audit::Format>& known_;
  std::vector<const Entity*> files_;
  std::map<std::string, std::vector<const Entity*>> formats_;  // by file
};

}  // namespace

std::map<std::string, vault::FileSpec> FileSpecsOf(const cedar::Entities& facts,
                                                   const std::vector<audit::Format>& formats,
                                                   std::map<std::string, Error>& faulty) {
  return Reader(facts, formats).Read(faulty);
}

}  // namespace hikae::office
