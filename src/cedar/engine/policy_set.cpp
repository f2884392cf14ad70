#include "cedar/engine/policy_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "cedar/engine/policy_set_builder.h"
#include "cedar/syntax/print.h"

namespace hikae::cedar {
namespace {

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  size_t at = 0;
  while ((at = text.find_first_not_of(" \t\r\n", at)) != std::string_view::npos) {
    const size_t end = std::min(text.find_first_of(" \t\r\n", at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

// Collects the attribute paths that an expression reads, shorter ones before the longer ones they lead to.
class PathCollector {
 public:
  explicit PathCollector(std::vector<std::string>& out) : out_(out) {}

  // The path of the expression itself, when it is one.
  std::optional<std::string> Walk(const Expr& expr) {
    if (expr.kind == ExprKind::kVariable) return std::string(NameOf(expr.variable));
    if (expr.kind == ExprKind::kGet || expr.kind == ExprKind::kHas) {
      std::optional<std::string> path = Walk(expr.operand(0));
      if (!path) return std::nullopt;
      if (expr.kind == ExprKind::kGet) {
        *path += PathStep(expr.name);
        Add(*path);
        return path;
      }
      for (const std::string& name : expr.names) Add(*path += PathStep(name));
      return std::nullopt;
    }
    for (const ExprPtr& operand : expr.operands) Walk(*operand);
    return std::nullopt;
  }

 private:
  void Add(const std::string& path) {
    if (std::ranges::find(out_, path) == out_.end()) out_.push_back(path);
  }
  std::vector<std::string>& out_;
};

PolicyInfo Describe(const PolicyTree& tree, const std::string& file) {
  PolicyInfo info;
  info.effect = tree.forbid ? Effect::kForbid : Effect::kPermit;
  for (const Annotation& annotation : tree.annotations) {
    info.annotations.emplace_back(annotation.key, annotation.value.value_or(""));
  }
  for (const Condition& condition : tree.conditions) {
    ++(condition.unless ? info.unless_count : info.when_count);
    PathCollector(condition.unless ? info.unless_paths : info.when_paths).Walk(*condition.body);
  }
  info.where = {file, tree.span.line, tree.span.column};
  return info;
}

base::Error BadId(const PolicyInfo& info, std::string text, std::string hint) {
  return base::Error(base::Status::kRules, {std::move(text), {}}, info.where, {std::move(hint), {}});
}

}  // namespace

const std::string* PolicyInfo::Annotation(std::string_view key) const {
  const auto found = std::ranges::find(annotations, key, &std::pair<std::string, std::string>::first);
  return found != annotations.end() ? &found->second : nullptr;
}

base::Result<void> PolicySetBuilder::AddFromText(PolicyTree tree, const SourceText& source) {
  PolicyInfo info = Describe(tree, source.file);
  info.text = source.text.substr(tree.span.begin, tree.span.end - tree.span.begin);
  info.id = fmt::format("policy{}", count_);
  if (id_from_annotation_) {
    const std::string* id = info.Annotation("id");
    if (id == nullptr || id->empty()) return BadId(info, "the policy has no @id", "write @id(\"…\") before it");
    info.id = *id;
    const auto [other, added] = taken_.emplace(*id, info.where);
    if (!added) {
      return BadId(info, fmt::format("the @id {} is taken by another policy", *id),
                   fmt::format("see {}", other->second.ToString()));
    }
  }
  Add(std::move(tree), std::move(info), source.file);
  return {};
}

base::Result<void> PolicySetBuilder::AddNamed(PolicyTree tree, std::string id, const std::string& file) {
  PolicyInfo info = Describe(tree, file);
  info.text = PrintPolicy(tree);
  const std::string* named = info.Annotation("id");
  if (id_from_annotation_ && (named == nullptr || *named != id)) {
    return BadId(info, fmt::format("the policy {} has {}", Quote(id), named ? "another @id" : "no @id"),
                 fmt::format("write @id({}) before it", Quote(id)));
  }
  const auto [other, added] = taken_.emplace(id, info.where);
  if (!added) {
    return BadId(info, fmt::format("the id {} is taken by another policy", Quote(id)),
                 fmt::format("see {}", other->second.ToString()));
  }
  info.id = std::move(id);
  Add(std::move(tree), std::move(info), file);
  return {};
}

void PolicySetBuilder::Add(PolicyTree tree, PolicyInfo info, const std::string& file) {
  auto loaded = std::make_shared<LoadedPolicy>();
  const std::string* evidence = info.Annotation("evidence");
  loaded->compiled = compiler_.Compile(tree, evidence ? Words(*evidence) : std::vector<std::string>());
  loaded->info = std::move(info);
  loaded->tree = std::move(tree);
  loaded->file = file;
  loaded->order = count_++;
  rep_->Add(std::move(loaded));
}

std::shared_ptr<PolicySet::Rep> PolicySetBuilder::Finish() {
  rep_->program = std::move(program_);
  rep_->MakeIndex();
  return std::move(rep_);
}

base::Result<PolicySet> PolicySet::Parse(const std::vector<SourceText>& texts, Options options) {
  PolicySetBuilder builder(options.id_from_annotation);
  for (const SourceText& source : texts) {
    HIKAE_TRY(std::vector<PolicyTree> trees, ParsePolicies(source.text, source.file));
    for (PolicyTree& tree : trees) HIKAE_CHECK(builder.AddFromText(std::move(tree), source));
  }
  return PolicySet(builder.Finish());
}

void PolicySet::Rep::Add(std::shared_ptr<const LoadedPolicy> policy) {
  const bool is_template = policy->tree.is_template();
  (is_template ? template_infos : infos).push_back(policy->info);
  (is_template ? templates : loaded).push_back(std::move(policy));
}

void PolicySet::Rep::MakeIndex() {
  std::vector<const CompiledPolicy*> compiled;
  compiled.reserve(loaded.size());
  for (const auto& policy : loaded) compiled.push_back(&policy->compiled);
  index = std::make_unique<const PolicyIndex>(compiled);
}

const std::vector<PolicyInfo>& PolicySet::policies() const { return rep_->infos; }

const std::vector<PolicyInfo>& PolicySet::templates() const { return rep_->template_infos; }

const PolicyTree& PolicySet::tree(size_t i) const { return rep_->loaded[i]->tree; }

const std::string& PolicySet::file(size_t i) const { return rep_->loaded[i]->file; }

PolicySet PolicySet::Filter(const std::vector<bool>& keep) const {
  auto rep = std::make_shared<Rep>();
  rep->program = rep_->program;
  rep->template_infos = rep_->template_infos;
  rep->templates = rep_->templates;
  for (size_t i = 0; i < rep_->loaded.size() && i < keep.size(); ++i) {
    if (!keep[i]) continue;
    rep->infos.push_back(rep_->infos[i]);
    rep->loaded.push_back(rep_->loaded[i]);
  }
  rep->MakeIndex();
  PolicySet out(std::move(rep));
  out.schema_ = schema_;
  return out;
}

}  // namespace hikae::cedar
