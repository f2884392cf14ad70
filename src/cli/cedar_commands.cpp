// The commands of the policy engine by itself.
#include <optional>

#include "cli/cedar_tests.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/output.h"
#include "hikae/cedar.hpp"

namespace hikae::cli {
namespace {

using cedar::Policy;

std::string In(Language language, const std::string& en, const std::string& ja) {
  return language == Language::kJapanese ? ja : en;
}

// A file's text under its own name.
struct Source {
  explicit Source(const std::string& path) : name(path), text(ReadInput(path)) {}
  Document document() const { return {name, text}; }
  std::string name;
  std::string text;
};

cedar::Policies ReadPolicies(const std::vector<std::string>& paths) {
  std::vector<Source> sources;
  for (const std::string& path : paths) sources.emplace_back(path);
  std::vector<Document> documents;
  for (const Source& source : sources) documents.push_back(source.document());
  return cedar::Policies::OfAll(documents);
}

std::optional<cedar::Schema> ReadSchema(const Arguments& arguments) {
  const std::string path = arguments.Get("schema");
  if (path.empty()) return std::nullopt;
  return cedar::Schema(Source(path).document());
}

[[noreturn]] void Need(const std::string& command, const std::string& option) {
  throw UsageError{{command + " needs --" + option, command + " には --" + option + " が必要です"}};
}

std::string PlaceOf(std::string_view file, uint32_t line, uint32_t column) {
  std::string place(file);
  if (line != 0) place += ":" + std::to_string(line);
  if (line != 0 && column != 0) place += ":" + std::to_string(column);
  return Printable(place);
}

std::string Reason(const Policy& policy) {
  std::string out = "  " + Printable(policy.id) + "  " + PlaceOf(policy.file, policy.line, policy.column) + "\n";
  for (const auto& [key, value] : policy.annotations)
    out += "    @" + Printable(key) + (value.empty() ? "" : ": " + Printable(value)) + "\n";
  return out;
}

cedar::Request ReadRequest(const Arguments& arguments, const cedar::Schema* schema) {
  cedar::Request::Options options;
  options.schema = schema;
  const std::string whole = arguments.Get("request");
  if (!whole.empty()) {
    for (const char* other : {"principal", "action", "resource", "context"})
      if (arguments.Has(other))
        throw UsageError{{std::string("--request and --") + other + " exclude each other",
                          std::string("--request と --") + other + " は同時に使えません"}};
    return cedar::Request(Source(whole).document(), options);
  }
  for (const char* needed : {"principal", "action", "resource"})
    if (!arguments.Has(needed)) Need("cedar authorize", needed);
  const std::string context = arguments.Get("context");
  const std::string text = context.empty() ? std::string() : ReadInput(context);
  const std::string principal = arguments.Get("principal"), action = arguments.Get("action"),
                    resource = arguments.Get("resource");
  return cedar::Request(cedar::Uid(principal), cedar::Uid(action), cedar::Uid(resource), {context, text}, options);
}

std::string WordFor(int32_t outcome, Language language) {
  switch (outcome) {
    case HIKAE_CEDAR_NOT_IN_SCOPE:
      return In(language, "not in scope", "対象外");
    case HIKAE_CEDAR_NOT_SATISFIED:
      return In(language, "not satisfied", "条件不成立");
    case HIKAE_CEDAR_SATISFIED:
      return In(language, "satisfied", "条件成立");
    default:
      return In(language, "failed", "評価できず");
  }
}

std::string Explained(const cedar::Explanation& explanation, Language language) {
  std::string out;
  for (const hikae_cedar_outcome& outcome : explanation) {
    out += "\n" + Printable(View(outcome.id)) + "  " + (outcome.effect == HIKAE_CEDAR_PERMIT ? "permit" : "forbid") +
           "  " + WordFor(outcome.outcome, language);
    if (outcome.message.len != 0) out += ": " + Printable(View(outcome.message));
    out += "\n";
    for (size_t i = 0; i < outcome.read_count; ++i) {
      const hikae_cedar_read& read = outcome.reads[i];
      const std::string value = read.has_value != 0 ? Printable(View(read.value)) : In(language, "absent", "なし");
      out += "  " + Printable(View(read.path.len != 0 ? read.path : read.attribute)) + " (" +
             Printable(View(read.entity)) + ") = " + value + "\n";
    }
  }
  return out;
}

Exit Authorize(const Arguments& arguments, Language language) {
  const std::optional<cedar::Schema> schema = ReadSchema(arguments);
  const cedar::Schema* typed = schema ? &*schema : nullptr;
  if (arguments.Has("strict") && typed == nullptr) Need("cedar authorize --strict", "schema");
  const cedar::Policies policies = ReadPolicies(arguments.operands);
  std::optional<cedar::Entities> entities;
  if (const std::string path = arguments.Get("entities"); !path.empty())
    entities.emplace(Source(path).document(), typed);
  cedar::Authorizer::Options options;
  options.strict = arguments.Has("strict");
  const cedar::Authorizer authorizer(policies, typed, entities ? &*entities : nullptr, options);
  const cedar::Request request = ReadRequest(arguments, typed);
  const cedar::Answers answers = authorizer.Authorize(request);
  const bool allowed = answers.Allowed(0);
  std::string out = allowed ? In(language, "allow\n", "許可\n") : In(language, "deny\n", "不許可\n");
  for (const Policy& reason : answers.Reasons(0)) out += Reason(reason);
  for (const auto& failure : answers.Errors(0))
    out += "  " + In(language, "not evaluated: ", "評価できず: ") + Printable(failure.policy.id) + "  " +
           Printable(failure.message) + "\n";
  if (answers.Get(0).failed_shut != 0)
    out += In(language, "  refused because a forbid could not be evaluated\n",
              "  禁止の規則が評価できないため不許可としました\n");
  if (arguments.Has("explain")) out += Explained(authorizer.Explain(request), language);
  Print(out);
  return allowed ? kDone : kViolated;
}

Exit Validate(const Arguments& arguments, Language language) {
  const std::optional<cedar::Schema> schema = ReadSchema(arguments);
  if (!schema) Need("cedar validate", "schema");
  size_t errors = 0, warnings = 0;
  std::string out;
  for (const Entry& problem : ReadPolicies(arguments.operands).Validate(*schema)) {
    const bool error = problem.severity == HIKAE_ERROR;
    ++(error ? errors : warnings);
    out += PlaceOf(problem.place.file, problem.place.line, problem.place.column) + ": " +
           (error ? In(language, "error", "誤り") : In(language, "warning", "注意")) + ": " +
           Printable(problem.title(language));
    if (!problem.detail.empty()) out += In(language, " (", "（") + Printable(problem.detail) + In(language, ")", "）");
    out += "\n";
  }
  Print(out + In(language, std::to_string(errors) + " errors, " + std::to_string(warnings) + " warnings\n",
                 "誤り " + std::to_string(errors) + " 件、注意 " + std::to_string(warnings) + " 件\n"));
  return errors == 0 ? kDone : kViolated;
}

// Prints one file's formatted text; with --check says which files are not formatted, with --write replaces them.
Exit FormatFiles(const Arguments& arguments, Language language) {
  const bool check = arguments.Has("check"), write = arguments.Has("write");
  if (check && write)
    throw UsageError{{"--check and --write exclude each other", "--check と --write は同時に使えません"}};
  if (!check && !write && arguments.operands.size() > 1)
    throw UsageError{{"several files need --check or --write", "複数のファイルには --check か --write が必要です"}};
  // All are formatted before any is replaced: a file that cannot be parsed leaves the others as they were.
  std::vector<std::pair<Source, std::string>> all;
  for (const std::string& path : arguments.operands) {
    Source source(path);
    std::string formatted = cedar::FormatPolicies(source.document());
    all.emplace_back(std::move(source), std::move(formatted));
  }
  size_t different = 0;
  for (const auto& [source, formatted] : all) {
    if (!check && !write) return Print(formatted), kDone;
    if (source.text == formatted) continue;
    ++different;
    if (write) WriteFile(source.name, formatted);
    Print(Printable(source.name) + (write ? In(language, ": formatted\n", ": 整形しました\n")
                                          : In(language, ": not formatted\n", ": 整形されていません\n")));
  }
  return check && different != 0 ? kViolated : kDone;
}

// The form to read: the one that is not asked for.
cedar::Form FormToRead(const Arguments& arguments) {
  const std::string to = arguments.Get("to");
  if (to.empty()) return cedar::Form::kByName;
  return to == "json" ? cedar::Form::kText : cedar::Form::kJson;
}

Exit DeliverTranslation(const Arguments& arguments, Language language, const std::string& document) {
  const std::string path = arguments.Get("output");
  Deliver(arguments, document, In(language, "written: " + path + "\n", "書き出しました: " + path + "\n"));
  return kDone;
}

Exit TranslateSchema(const Arguments& arguments, Language language) {
  const Source source(arguments.operands[0]);
  return DeliverTranslation(arguments, language, cedar::TranslateSchema(source.document(), FormToRead(arguments)));
}

Exit TranslatePolicies(const Arguments& arguments, Language language) {
  const Source source(arguments.operands[0]);
  cedar::Policies::Options options;
  options.form = FormToRead(arguments);
  const cedar::Policies policies(source.document(), options);
  const bool from_json =
      options.form == cedar::Form::kJson || (options.form == cedar::Form::kByName && source.name.ends_with(".json"));
  return DeliverTranslation(arguments, language, from_json ? policies.ToText() : policies.ToJson());
}

const Text kUidForm{"an entity, as Type::\"id\"", "実体。Type::\"id\" の形"};

}  // namespace

std::vector<Command> CedarCommands() {
  const Option schema{
      "schema", "FILE", {"the schema, text or (named *.json) JSON", "スキーマ。*.json は JSON、ほかはテキスト"}, {}};
  const Option to{"to",
                  "text|json",
                  {"the form to write; default: the other one than FILE's name says",
                   "書き出す形式(既定: FILE の名前が示す形式の逆)"},
                  {"text", "json"}};
  return {
      {"cedar authorize",
       "POLICIES…",
       1,
       1000,
       {"decide one request; exit 0: allowed, 1: denied, 2: could not decide",
        "一つの要求を判断する。終了コード 0: 許可、1: 不許可、2: 判断できず"},
       {{"principal", "UID", kUidForm, {}},
        {"action", "UID", kUidForm, {}},
        {"resource", "UID", kUidForm, {}},
        {"context", "FILE", {"the context, a JSON map", "文脈(JSON)"}, {}},
        {"request",
         "FILE",
         {"all four in one JSON map, in place of the options above", "上の四つを一つの JSON で"},
         {}},
        {"entities", "FILE", {"the entities, a JSON list", "実体(JSON)"}, {}},
        schema,
        {"strict",
         "",
         {"decide by validated policies only; a forbid that fails denies",
          "検証に通った規則だけで判断し、評価できない禁止は不許可とする"},
         {}},
        {"explain", "", {"say what became of every policy and what it read", "規則ごとの結果と、読んだ値を示す"}, {}}},
       Authorize},
      {"cedar validate",
       "POLICIES…",
       1,
       1000,
       {"check policies against a schema; exit 0: valid, 1: errors, 2: could not check",
        "規則をスキーマに照らして点検する。終了コード 0: 問題なし、1: 誤りあり、2: 点検できず"},
       {schema},
       Validate},
      {"cedar format",
       "POLICIES…",
       1,
       1000,
       {"lay policies out anew; exit with --check 0: they are, 1: some are not, 2: could not read them",
        "規則を整形する。--check の終了コード 0: 整形済み、1: 未整形あり、2: 読み取れず"},
       {{"check",
         "",
         {"change nothing, say which files are not formatted", "変更せず、整形されていないファイルを示す"},
         {}},
        {"write",
         "",
         {"replace the files, each whole or not at all", "ファイルを置き換える(途中までの状態では残さない)"},
         {}}},
       FormatFiles},
      {"cedar translate policies",
       "FILE",
       1,
       1,
       {"write policies in their other form, text or JSON", "規則をテキストと JSON のあいだで変換する"},
       {to, OutputOption()},
       TranslatePolicies},
      {"cedar translate schema",
       "FILE",
       1,
       1,
       {"write a schema in its other form, text or JSON", "スキーマをテキストと JSON のあいだで変換する"},
       {to, OutputOption()},
       TranslateSchema},
      {"cedar test",
       "PATH…",
       1,
       1000,
       {"run tests in the form of Cedar's public ones: files, folders, .tar.gz; exit 0: all pass, 1: some fail, 2: "
        "none ran",
        "Cedar の公開試験の形式の試験を実行する(ファイル、フォルダー、.tar.gz)。終了コード 0: すべて合格、1: "
        "不合格あり、2: 実行できず"},
       {},
       RunCedarTests},
  };
}

}  // namespace hikae::cli
