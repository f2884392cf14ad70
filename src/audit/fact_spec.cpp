#include "audit/fact_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "audit/hint.h"

namespace hikae::audit {
namespace {

constexpr std::array<std::pair<std::string_view, Verb>, 11> kVerbs = {{{"collect", Verb::kCollect},
                                                                       {"collect?", Verb::kCollectIfAny},
                                                                       {"latest", Verb::kLatest},
                                                                       {"earliest", Verb::kEarliest},
                                                                       {"count", Verb::kCount},
                                                                       {"count?", Verb::kCountIfAny},
                                                                       {"sum", Verb::kSum},
                                                                       {"one", Verb::kOne},
                                                                       {"gap", Verb::kGap},
                                                                       {"self", Verb::kSelf},
                                                                       {"due", Verb::kDue}}};
constexpr std::array<std::pair<std::string_view, base::TermUnit>, 7> kUnits = {
    {{"days", base::TermUnit::kDays},
     {"open-days", base::TermUnit::kOpenDays},
     {"weeks", base::TermUnit::kWeeks},
     {"months", base::TermUnit::kMonths},
     {"years", base::TermUnit::kYears},
     {"fiscal-years", base::TermUnit::kFiscalYears},
     {"calendar-years", base::TermUnit::kCalendarYears}}};
constexpr std::array<std::pair<std::string_view, Comparison>, 6> kComparisons = {{{"=", Comparison::kEqual},
                                                                                  {"!=", Comparison::kNotEqual},
                                                                                  {"<", Comparison::kLess},
                                                                                  {"<=", Comparison::kLessOrEqual},
                                                                                  {">", Comparison::kGreater},
                                                                                  {">=", Comparison::kGreaterOrEqual}}};

base::Error Wrong(std::string en, std::string ja, base::Text hint = {}) {
  return base::Error(base::Status::kRules, {std::move(en), std::move(ja)}, {}, std::move(hint));
}

struct Token {
  std::string text;
  bool quoted = false;
};

// Words between blanks; "…" keeps blanks within; `|` is a word of its own.
base::Result<std::vector<Token>> Split(std::string_view text) {
  std::vector<Token> tokens;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == ' ' || text[i] == '\t' || text[i] == '\n') {
      ++i;
    } else if (text[i] == '"') {
      const size_t end = text.find('"', i + 1);
      if (end == std::string_view::npos) return Wrong("a quoted value is not closed", "引用符が閉じていない");
      tokens.push_back({std::string(text.substr(i + 1, end - i - 1)), true});
      i = end + 1;
    } else if (text[i] == '|') {
      tokens.push_back({"|"});
      ++i;
    } else {
      const size_t end = std::min(text.find_first_of(" \t\n|\"", i), text.size());
      tokens.push_back({std::string(text.substr(i, end - i))});
      i = end;
    }
  }
  return tokens;
}

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  base::Result<FactSpec> Parse() {
    FactSpec spec;
    HIKAE_CHECK(ReadVerb(spec));
    HIKAE_CHECK(ReadPath(spec));
    if (spec.verb == Verb::kDue) {
      HIKAE_TRY(spec.term, ReadTerm());
    }
    const bool own = spec.verb == Verb::kSelf || spec.verb == Verb::kDue;
    if (Accept("by")) {
      if (own) return Refused(spec.verb, "by");
      if (AtEnd()) return Wrong("`by` names no attribute", "by の後に属性がない");
      spec.by = Take();
      if (Accept("=")) {
        if (AtEnd()) return Wrong("`by … =` names no path", "by の = の後に経路がない");
        HIKAE_TRY(spec.own, ParsePath(Take()));
      }
    }
    if (Accept("where")) {
      if (own) return Refused(spec.verb, "where");
      do {
        HIKAE_TRY(WhereSpec where, ReadWhere());
        spec.where.push_back(std::move(where));
      } while (Accept("and"));
    }
    if (!AtEnd()) {
      return Wrong(fmt::format("`{}` is one word too many", Peek()), fmt::format("「{}」が余分", Peek()),
                   {"expected `by`, `where` or the end", "by、where または末尾が必要"});
    }
    return spec;
  }

 private:
  bool AtEnd() const { return next_ == tokens_.size(); }
  const std::string& Peek() const { return tokens_[next_].text; }
  std::string Take() { return tokens_[next_++].text; }
  bool Accept(std::string_view word) {
    if (AtEnd() || tokens_[next_].quoted || Peek() != word) return false;
    ++next_;
    return true;
  }

  static base::Error Refused(Verb verb, std::string_view word) {
    return Wrong(fmt::format("`{}` takes no `{}`", Name(verb), word),
                 fmt::format("{} に {} は付けられない", Name(verb), word));
  }

  base::Result<TermSpec> ReadTerm() {
    TermSpec term;
    if (AtEnd())
      return Wrong("`due` has no amount", "due に期間の長さがない", {"as `30 days`", "「30 days」のように書く"});
    term.amount = Take();
    const auto unit = std::find_if(kUnits.begin(), kUnits.end(),
                                   [this](const auto& entry) { return !AtEnd() && Peek() == entry.first; });
    if (unit == kUnits.end()) {
      return Wrong(AtEnd() ? "`due` has no unit" : fmt::format("`{}` is no unit of a term", Peek()),
                   "due の期間の単位がない",
                   {"days, open-days, weeks, months, years, fiscal-years, calendar-years", ""});
    }
    term.term.unit = unit->second;
    ++next_;
    if (Accept("plus")) {
      if (AtEnd()) return Wrong("`plus` has no amount", "plus の後に日数がない");
      term.plus = Take();
    }
    if (Accept("first-day")) term.term.counting = base::Counting::kFirstDayCounts;
    if (Accept("roll")) term.term.roll = base::Roll::kNextOpen;
    return term;
  }

  base::Result<void> ReadVerb(FactSpec& spec) {
    if (AtEnd()) return Wrong("the fact is empty", "事実の定義が空である");
    for (const auto& [name, verb] : kVerbs) {
      if (Peek() == name) return spec.verb = verb, ++next_, base::Result<void>();
    }
    std::vector<std::string_view> names;
    for (const auto& entry : kVerbs) names.push_back(entry.first);
    base::Text hint = NearestHint(Peek(), names);
    if (hint.empty()) hint.en = "collect, latest, earliest, count, sum, one, gap, self, due";
    return Wrong(fmt::format("`{}` is no verb", Peek()), fmt::format("「{}」という動詞はない", Peek()),
                 std::move(hint));
  }

  base::Result<void> ReadPath(FactSpec& spec) {
    if (AtEnd()) return Wrong("the path is missing", "経路がない");
    HIKAE_TRY(spec.path, ParsePath(Take()));
    if (spec.verb == Verb::kSelf || spec.verb == Verb::kDue) return {};
    if (spec.path.front().climb) return Wrong("a path begins with a type", "経路は型名で始める");
    spec.type = spec.path.front().name;
    spec.path.erase(spec.path.begin());
    return {};
  }

  base::Result<WhereSpec> ReadWhere() {
    WhereSpec where;
    if (AtEnd()) return Wrong("`where` has no condition", "where の条件がない");
    HIKAE_TRY(where.path, ParsePath(Take()));
    bool known = false;
    for (const auto& [name, comparison] : kComparisons) {
      if (!known && Accept(name)) where.comparison = comparison, known = true;
    }
    if (!known) {
      return Wrong(AtEnd() ? "`where` has no comparison" : fmt::format("`{}` is no comparison", Peek()),
                   "where の比較演算子がない", {"=, !=, <, <=, >, >=", ""});
    }
    do {
      if (AtEnd()) return Wrong("`where` has no value", "where の値がない");
      if (Accept("absent"))
        where.absent = true;
      else
        where.values.push_back(Take());
    } while (Accept("|"));
    return where;
  }

  std::vector<Token> tokens_;
  size_t next_ = 0;
};

}  // namespace

base::Result<std::vector<Step>> ParsePath(std::string_view text) {
  std::vector<Step> steps;
  while (true) {
    const size_t dot = text.find('.');
    Step step{std::string(text.substr(0, dot))};
    if (!step.name.empty() && step.name[0] == '^') step = {step.name.substr(1), true};
    if (step.name.empty()) return Wrong("a path has an empty name", "経路に空の名前がある");
    steps.push_back(std::move(step));
    if (dot == std::string_view::npos) return steps;
    text.remove_prefix(dot + 1);
  }
}

base::Result<FactSpec> ParseFact(std::string_view text) {
  HIKAE_TRY(std::vector<Token> tokens, Split(text));
  return Parser(std::move(tokens)).Parse();
}

const char* Name(Verb verb) {
  for (const auto& entry : kVerbs) {
    if (entry.second == verb) return entry.first.data();
  }
  return "";
}

const char* Name(Comparison comparison) {
  for (const auto& entry : kComparisons) {
    if (entry.second == comparison) return entry.first.data();
  }
  return "";
}

}  // namespace hikae::audit
