#include "audit/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "audit/hint.h"
#include "audit/manifest.h"
#include "audit/schema_walk.h"

namespace hikae::audit {
namespace {

constexpr std::array<std::string_view, 9> kRequired = {"id",       "control",    "article", "title",   "title_en",
                                                       "severity", "confidence", "remedy",  "evidence"};
constexpr std::array<std::string_view, 18> kKnown = {
    "id",        "control",        "article",      "title", "title_en", "severity", "confidence", "remedy", "evidence",
    "remedy_en", "effective_from", "effective_to", "kind",  "expects",  "by",       "per",        "as",     "note"};
constexpr std::array<std::string_view, 5> kConfidences = {"seed", "derived", "S", "S-x", "G"};
constexpr std::array<std::string_view, 4> kSeverities = {"block", "error", "warn", "info"};
constexpr std::array<std::string_view, 4> kKinds = {"expectation", "ground", "lift", "scaffold"};
constexpr std::array<Moment, 5> kAudited = {Moment::kDesign, Moment::kContract, Moment::kEvent, Moment::kPeriodic,
                                            Moment::kEnd};

template <class Names>
bool Contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Words between separators, without blanks around them; empty ones are dropped.
std::vector<std::string> SplitWords(std::string_view text, char separator) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find(separator), text.size());
    std::string_view word = text.substr(0, end);
    while (!word.empty() && word.front() == ' ') word.remove_prefix(1);
    while (!word.empty() && word.back() == ' ') word.remove_suffix(1);
    if (!word.empty()) words.emplace_back(word);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

bool Reads(const std::vector<std::string>& paths, const std::string& path) {
  return std::any_of(paths.begin(), paths.end(), [&path](const std::string& read) {
    return read.starts_with(path) && (read.size() == path.size() || read[path.size()] == '.');
  });
}

// True when the scope's action constraint lets the action through.
bool Matches(const cedar::Schema& schema, const cedar::ScopeClause& scope, const cedar::ActionType& action) {
  if (scope.kind == cedar::ScopeKind::kAny) return true;
  if (std::find(scope.entities.begin(), scope.entities.end(), action.uid) != scope.entities.end()) return true;
  if (scope.kind == cedar::ScopeKind::kEqual) return false;
  return std::any_of(action.member_of.begin(), action.member_of.end(), [&](const cedar::EntityUid& group) {
    const cedar::ActionType* type = schema.FindAction(group);
    return type != nullptr && Matches(schema, scope, *type);
  });
}

// Reads one policy. A fault is reported at its place and leaves the rest to be checked.
class PolicyReader {
 public:
  PolicyReader(const cedar::PolicyTree& tree, const cedar::PolicyInfo& info, const std::string& file,
               const cedar::Schema& schema, LintReport& report)
      : tree_(tree), info_(info), file_(file), schema_(schema), report_(report) {}

  void CheckKeys() {
    for (const cedar::Annotation& annotation : tree_.annotations) {
      if (Contains(kKnown, annotation.key)) continue;
      report_.warnings.emplace_back(base::Status::kRules,
                                    base::Text{fmt::format("@{} is not an annotation of rules", annotation.key),
                                               fmt::format("@{} は規則の注釈ではない", annotation.key)},
                                    At(annotation.span), NearestHint(annotation.key, kKnown));
    }
  }

  bool ReadForbid(std::string_view pack, Rule& rule) {
    const size_t before = report_.errors.size();
    for (const std::string_view key : kRequired) Require(key, key == "control" || key == "evidence");
    rule.id = Text("id");
    rule.article = Text("article");
    rule.title = {Text("title_en"), Text("title")};
    rule.remedy = {Text("remedy_en"), Text("remedy")};
    rule.confidence = Text("confidence");
    rule.pack = std::string(pack);
    rule.text = info_.text;
    rule.where = At(tree_.span);
    for (const auto& [key, value] : info_.annotations) rule.annotations.emplace(key, value);
    ReadControls(rule);
    ReadSeverity(rule);
    CheckForm();
    CheckEvidence();
    CheckInterval();
    ReadMoments(rule);
    return report_.errors.size() == before;
  }

  bool ReadExpectation(Expectation& expectation) {
    const size_t before = report_.errors.size();
    for (const std::string_view key : {"id", "title", "title_en", "expects", "by"}) Require(key, false);
    expectation.title = {Text("title_en"), Text("title")};
    expectation.expects = Text("expects");
    expectation.by = Text("by");
    expectation.per = Text("per");
    expectation.as = Text("as");
    expectation.principal = tree_.principal.type;
    if (expectation.principal.empty()) {
      Fail(tree_.span, "an expectation names the type it is asked of: `principal is T`",
           "期待の規則は「principal is 型」で対象の型を示す");
    }
    if (report_.errors.size() == before) CheckExpectation(expectation);
    return report_.errors.size() == before;
  }

  // A permit that is no expectation: an id, and a kind if it has one that exists. A ground is cited where it permits,
  // and so is what lets an exception lift a rule.
  void CheckPermit() {
    Require("id", false);
    const cedar::Annotation* kind = Find("kind");
    if (kind != nullptr && (Value(*kind) == "ground" || Value(*kind) == "lift")) {
      for (const std::string_view key : {"article", "title", "title_en"}) Require(key, false);
      CheckInterval();
    } else if (kind != nullptr && !Contains(kKinds, Value(*kind))) {
      Fail(kind->span, fmt::format("unknown kind `{}`", Value(*kind)), fmt::format("種別「{}」はない", Value(*kind)),
           NearestHint(Value(*kind), kKinds));
    }
  }

  bool IsExpectation() const {
    const cedar::Annotation* kind = Find("kind");
    return kind != nullptr && Value(*kind) == "expectation";
  }

  base::Place At(const cedar::Span& span) const { return {file_, span.line, span.column}; }

  void Fail(const cedar::Span& span, std::string en, std::string ja, base::Text hint = {}) {
    report_.errors.emplace_back(base::Status::kRules, base::Text{Label() + en, Label() + ja}, At(span),
                                std::move(hint));
  }

  const cedar::Annotation* Find(std::string_view key) const {
    for (const cedar::Annotation& annotation : tree_.annotations) {
      if (annotation.key == key) return &annotation;
    }
    return nullptr;
  }

 private:
  static std::string Value(const cedar::Annotation& annotation) { return annotation.value.value_or(""); }
  std::string Text(std::string_view key) const {
    const cedar::Annotation* annotation = Find(key);
    return annotation == nullptr ? std::string() : Value(*annotation);
  }
  std::string Label() const {
    const std::string id = Text("id");
    return id.empty() ? id : id + ": ";
  }
  const cedar::Span& SpanOf(std::string_view key) const {
    const cedar::Annotation* annotation = Find(key);
    return annotation == nullptr ? tree_.span : annotation->span;
  }

  void Require(std::string_view key, bool may_be_empty) {
    const cedar::Annotation* annotation = Find(key);
    if (annotation == nullptr) {
      Fail(tree_.span, fmt::format("@{} is missing", key), fmt::format("@{} がない", key),
           may_be_empty ? base::Text{"it may be empty", "空でもよい"} : base::Text{});
    } else if (!may_be_empty && Value(*annotation).empty()) {
      Fail(annotation->span, fmt::format("@{} is empty", key), fmt::format("@{} が空である", key));
    }
  }

  void ReadControls(Rule& rule) {
    rule.controls = SplitWords(Text("control"), ';');
    const cedar::EntityType* type = schema_.FindEntityType("Control");
    for (const std::string& control : rule.controls) {
      if (type != nullptr && (type->enum_ids.empty() || Contains(type->enum_ids, control))) continue;
      Fail(SpanOf("control"), fmt::format("unknown control `{}`", control), fmt::format("管理策「{}」はない", control),
           type == nullptr ? base::Text{} : NearestHint(control, type->enum_ids));
    }
  }

  void ReadSeverity(Rule& rule) {
    const std::string severity = Text("severity");
    const auto found = std::find(kSeverities.begin(), kSeverities.end(), severity);
    if (!severity.empty() && found == kSeverities.end()) {
      Fail(SpanOf("severity"), fmt::format("unknown severity `{}`", severity),
           fmt::format("重大度「{}」はない", severity), {"block, error, warn, info", ""});
    }
    if (found != kSeverities.end()) rule.severity = static_cast<Severity>(found - kSeverities.begin());
    if (!rule.confidence.empty() && !Contains(kConfidences, rule.confidence)) {
      Fail(SpanOf("confidence"), fmt::format("unknown confidence `{}`", rule.confidence),
           fmt::format("確からしさ「{}」はない", rule.confidence), {"seed, derived, S, S-x, G", ""});
    }
    // What rests on an excerpt, or on general knowledge alone, may warn, not forbid.
    const bool unread = rule.confidence == "S-x" || rule.confidence == "G";
    if (unread && found != kSeverities.end() && rule.severity < Severity::kWarn) {
      Fail(SpanOf("severity"),
           fmt::format("confidence {} allows no more than warn, found `{}`", rule.confidence, severity),
           fmt::format("確からしさ {} の規則は warn までだが「{}」である", rule.confidence, severity));
    }
  }

  void CheckForm() {
    if (info_.unless_count != 1) {
      Fail(tree_.span, fmt::format("a rule has exactly one `unless`, found {}", info_.unless_count),
           fmt::format("規則の unless は一つだけだが、{} 個ある", info_.unless_count));
    }
    if (info_.when_count > 1) {
      Fail(tree_.span, fmt::format("a rule has at most one `when`, found {}", info_.when_count),
           fmt::format("規則の when は一つまでだが、{} 個ある", info_.when_count));
    }
  }

  void CheckEvidence() {
    for (const std::string& path : SplitWords(Text("evidence"), ' ')) {
      if (Reads(info_.unless_paths, path)) continue;
      if (Reads(info_.when_paths, path)) {
        Fail(SpanOf("evidence"), fmt::format("@evidence `{}` is read in `when` only", path),
             fmt::format("@evidence「{}」は when でしか読まれていない", path),
             {"absence there would pass for not applicable", "値がないと非該当になってしまう"});
      } else {
        std::vector<std::string> paths = info_.unless_paths;
        Fail(SpanOf("evidence"), fmt::format("@evidence `{}` is not read by the rule", path),
             fmt::format("@evidence「{}」は規則で読まれていない", path), NearestHint(path, paths));
      }
    }
  }

  void CheckInterval() {
    std::array<std::optional<base::Day>, 2> days;
    const std::array<std::string_view, 2> keys = {"effective_from", "effective_to"};
    for (size_t i = 0; i < keys.size(); ++i) {
      const cedar::Annotation* annotation = Find(keys[i]);
      if (annotation == nullptr) continue;
      const base::Result<base::Day> day = ReadIsoDate(Value(*annotation));
      if (day.ok())
        days[i] = *day;
      else
        Fail(annotation->span, fmt::format("@{}: {}", keys[i], day.error().text.en),
             fmt::format("@{}: {}", keys[i], day.error().text.ja), day.error().hint);
    }
    if (days[0] && days[1] && *days[1] < *days[0]) {
      Fail(SpanOf("effective_to"), "the effective interval ends before it begins",
           "施行期間の終わりが始まりより前になっている");
    }
  }

  void ReadMoments(Rule& rule) {
    std::set<Moment> moments;
    bool judged = false;
    for (const cedar::ActionType& action : schema_.actions()) {
      if (action.principals.empty() || !Matches(schema_, tree_.action, action)) continue;
      if (action.uid.id == "expect") continue;
      const std::string& type = tree_.principal.type;
      judged |= type.empty() || Contains(action.principals, type);
      moments.insert(MomentOf(schema_, action).value_or(Moment::kRun));
    }
    if (tree_.action.kind == cedar::ScopeKind::kAny) {
      return Fail(tree_.span, "a rule names its moment: `action in Action::\"audit.…\"`",
                  "規則は時点を示す(action in Action::\"audit.…\")");
    }
    if (moments.empty()) {
      const std::string name = tree_.action.entities.empty() ? "" : tree_.action.entities.front().ToString();
      std::vector<std::string> names;
      for (const cedar::ActionType& action : schema_.actions()) names.push_back(action.uid.ToString());
      return Fail(tree_.action.span, fmt::format("{} is no moment at which anything is judged", name),
                  fmt::format("{} という判定の時点はない", name), NearestHint(name, names));
    }
    if (!judged) {
      return Fail(tree_.principal.span, fmt::format("no {} is judged at this moment", tree_.principal.type),
                  fmt::format("この時点では {} は判定されない", tree_.principal.type));
    }
    rule.moments.assign(moments.begin(), moments.end());
  }

  void CheckExpectation(const Expectation& expectation) {
    const auto check = [this](auto result, std::string_view key) {
      if (result.ok()) return *result;
      Fail(SpanOf(key), fmt::format("@{}: {}", key, result.error().text.en),
           fmt::format("@{}: {}", key, result.error().text.ja), result.error().hint);
      return decltype(*result + 0)(nullptr);
    };
    const cedar::EntityType* principal = schema_.FindEntityType(expectation.principal);
    const cedar::EntityType* expects = check(RequireType(schema_, expectation.expects), "expects");
    if (expects == nullptr || principal == nullptr) return;
    const cedar::Attribute* by = check(RequireAttribute(*expects, expectation.by), "by");
    if (by != nullptr && TargetType(by->type) != principal->name) {
      Fail(SpanOf("by"), fmt::format("{}.{} does not point to {}", expects->name, by->name, principal->name),
           fmt::format("{}.{} は {} を指さない", expects->name, by->name, principal->name));
    }
    if (expectation.per.empty() != expectation.as.empty()) {
      return Fail(tree_.span, "@per and @as go together", "@per と @as は両方必要");
    }
    if (expectation.per.empty()) return;
    const cedar::Attribute* per = check(RequireAttribute(*principal, expectation.per), "per");
    const cedar::Attribute* as = check(RequireAttribute(*expects, expectation.as), "as");
    if (per == nullptr || as == nullptr) return;
    const bool set = per->type.kind == cedar::Type::Kind::kSet;
    if (!set || (as->type.ToString() != per->type.ToString() && as->type.ToString() != per->type.element->ToString())) {
      Fail(SpanOf("as"),
           fmt::format("{} is a {}, {} a {}", expectation.per, per->type.ToString(), expectation.as,
                       as->type.ToString()),
           fmt::format("{} の型は {}、{} の型は {}", expectation.per, per->type.ToString(), expectation.as,
                       as->type.ToString()));
    }
  }

  const cedar::PolicyTree& tree_;
  const cedar::PolicyInfo& info_;
  const std::string& file_;
  const cedar::Schema& schema_;
  LintReport& report_;
};

}  // namespace

ParsedPolicies ParsePack(const std::vector<cedar::SourceText>& texts, LintReport& report) {
  ParsedPolicies parsed;
  base::Result<cedar::PolicySet> set = cedar::PolicySet::Parse(texts, {.id_from_annotation = true});
  if (!set.ok()) {
    parsed.unnamed = set.error();
    set = cedar::PolicySet::Parse(texts);
  }
  if (set.ok()) {
    for (const cedar::PolicyInfo& info : set->templates()) {
      report.errors.push_back(base::Error(base::Status::kRules,
                                          {"a rule of a pack has no slots", "規程集の規則に ?principal などは書けない"},
                                          info.where, {"name who it is for", "対象を書く"}));
    }
    if (set->templates().empty()) parsed.set = *std::move(set);
    return parsed;
  }
  const size_t before = report.errors.size();
  for (const cedar::SourceText& source : texts) {
    const base::Result<std::vector<cedar::PolicyTree>> trees = cedar::ParsePolicies(source.text, source.file);
    if (!trees.ok()) report.errors.push_back(trees.error());
  }
  if (report.errors.size() == before) report.errors.push_back(set.error());  // none is wrong by itself
  return parsed;
}

RuleBook ReadRules(const cedar::PolicySet& policies, const cedar::Schema& schema,
                   const std::map<std::string, PolicyOrigin>& origins, LintReport& report) {
  RuleBook book;
  std::map<std::string, base::Place> ids;
  for (size_t i = 0; i < policies.policies().size(); ++i) {
    const cedar::PolicyTree& tree = policies.tree(i);
    PolicyReader reader(tree, policies.policies()[i], policies.file(i), schema, report);
    reader.CheckKeys();
    const PolicyOrigin& origin = origins.at(policies.file(i));
    if (tree.forbid) {
      Rule rule;
      if (reader.ReadForbid(origin.pack, rule)) book.rules.push_back(std::move(rule));
    } else if (reader.IsExpectation()) {
      Expectation expectation{i, {}, {}, {}, {}, {}, {}};
      if (reader.ReadExpectation(expectation)) book.expectations.push_back(std::move(expectation));
    } else if (origin.laid_over) {
      reader.Fail(tree.span, "a pack laid over another may only tighten: it gives no ground and lifts nothing",
                  "重ねる規程集は厳しくすることしかできない。根拠や例外を設けることはできない",
                  {"write a forbid, or an expectation", "forbid か期待を書く"});
    } else {
      reader.CheckPermit();
    }
    const cedar::Annotation* id = reader.Find("id");
    if (id == nullptr) continue;
    const auto [first, fresh] = ids.emplace(id->value.value_or(""), reader.At(id->span));
    if (!fresh) {
      reader.Fail(id->span, fmt::format("the id is used already, {}", first->second.ToString()),
                  fmt::format("この識別子は既に使われている({})", first->second.ToString()));
    }
  }
  return book;
}

Interval EffectiveOf(const Rule& rule) {
  Interval interval;
  const auto day = [&rule](const char* key) -> std::optional<base::Day> {
    const auto found = rule.annotations.find(key);
    if (found == rule.annotations.end()) return std::nullopt;
    const base::Result<base::Day> read = ReadIsoDate(found->second);
    return read.ok() ? std::optional<base::Day>(*read) : std::nullopt;
  };
  interval.from = day("effective_from").value_or(interval.from);
  interval.until = day("effective_to");
  return interval;
}

std::optional<Moment> MomentOf(const cedar::Schema& schema, const cedar::ActionType& action) {
  for (const Moment moment : kAudited) {
    if (action.uid.id == fmt::format("audit.{}", Name(moment))) return moment;
  }
  for (const cedar::EntityUid& group : action.member_of) {
    const cedar::ActionType* type = schema.FindAction(group);
    if (type == nullptr) continue;
    if (const std::optional<Moment> moment = MomentOf(schema, *type)) return moment;
  }
  return std::nullopt;
}

}  // namespace hikae::audit
