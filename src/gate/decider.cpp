#include "gate/decider.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "cedar/engine/judge.h"
#include "gate/acts.h"
#include "gate/departures.h"
#include "vault/vault.h"

namespace hikae::gate {
namespace {

using base::Error;
using base::Result;
using base::Status;
using cedar::EntityUid;
using cedar::Value;

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kMillisPerDay = 86'400'000;

// Rows that an act may rest on, and what the rules call them in the context.
struct RowName {
  const char* type;
  const char* name;
};
constexpr RowName kHandovers[] = {{"HandoverPlan", "handoverPlan"}, {"Handover", "handover"}};
constexpr RowName kRows[] = {{"HandoverPlan", "handoverPlan"},
                             {"Handover", "handover"},
                             {"AiDecision", "aiDecision"},
                             {"Act", "link"},
                             {"Flow", "flow"}};

// The rows among them that are about one person each.
constexpr std::string_view kAboutType = "AiDecision";
constexpr char kAbout[] = "aiDecisionOfSubject";

Value ByTheSecond(int64_t micros) {
  const int64_t seconds = micros >= 0 ? micros / kSecond : -((-micros + kSecond - 1) / kSecond);
  return Value::DatetimeOf(seconds * 1000);
}

Value Named(const char* type, std::string_view id) { return Value::Entity({type, std::string(id)}); }

template <class Names>
Value NamedSet(const char* type, const Names& names) {
  std::vector<Value> elements;
  elements.reserve(names.size());
  for (const std::string& name : names) elements.push_back(Named(type, name));
  return Value::Set(std::move(elements));
}

Error Unknown(const char* what, const char* ja, std::string_view id) {
  return Error(Status::kNotFound, {fmt::format("no {} \"{}\" is registered", what, id),
                                   fmt::format("{}「{}」は登録されていない", ja, id)});
}

// Builds the record that the rules know as `context`.
class Context {
 public:
  Context(const Rulebook& book, const Standing& standing, const Question& question, int64_t now)
      : book_(book), standing_(standing), question_(question), now_(now), today_(base::DayInJapan(now)) {}

  Result<Value> Build() {
    AddMoment();
    HIKAE_CHECK(AddSession());
    HIKAE_CHECK(AddQuestion());
    HIKAE_CHECK(AddMarks());
    HIKAE_CHECK(AddApprovals());
    return Value::Record(std::move(fields_));
  }

 private:
  void Set(const char* name, Value value) { fields_.insert_or_assign(name, std::move(value)); }

  void AddMoment() {
    Set("now", ByTheSecond(now_));
    Set("today", Value::DatetimeOf(int64_t{today_} * kMillisPerDay));
    Set("fiscalYear", Value::Long(base::FiscalYearOf(today_)));
    Set("params", book_.params);
  }

  Result<void> AddSession() {
    const cedar::Entity* handling = book_.facts->Find({"Handling", standing_.handling});
    if (handling == nullptr) return Unknown("handling", "業務", standing_.handling);
    const auto profile = handling->attributes.find("profile");
    if (profile == handling->attributes.end())
      return Unknown("declaration of handling", "諮問依頼書のある業務", standing_.handling);
    Set("handling", Named("Handling", standing_.handling));
    Set("profile", profile->second);
    Set("purpose", Named("Purpose", standing_.purpose));
    if (!standing_.place.empty()) Set("place", Named("Place", standing_.place));
    if (!standing_.terminal.empty()) Set("device", Named("Device", standing_.terminal));
    Set("terminalFactors", NamedSet("Factor", standing_.terminal_factors));
    Set("systemFactors", NamedSet("Factor", standing_.system_factors));
    Set("begunAt", ByTheSecond(standing_.begun_at));
    Set("usedAt", ByTheSecond(standing_.used_at));
    if (standing_.revoked_at) Set("revokedAt", ByTheSecond(*standing_.revoked_at));
    if (standing_.elsewhere_at) Set("usedElsewhereAt", ByTheSecond(*standing_.elsewhere_at));
    const Standing::Password& password = standing_.password;
    if (password.changed_at) Set("passwordChangedOn", ByTheSecond(*password.changed_at));
    Set("passwordFailures", Value::Long(static_cast<int64_t>(password.failures)));
    if (password.failed_at) Set("passwordFailedAt", ByTheSecond(*password.failed_at));
    return {};
  }

  Result<void> AddQuestion() {
    Set("items", Items());
    Set("view", Named("View", Name(question_.view)));
    Set("records", Value::Long(static_cast<int64_t>(std::min<uint64_t>(question_.records, INT64_MAX))));
    if (!question_.medium.empty()) {
      const std::string medium(question_.medium);
      HIKAE_CHECK(CheckNames(book_, "Medium", {&medium, 1}));
      Set("medium", Named("Medium", medium));
    }
    if (question_.encrypted) Set("encrypted", Value::Bool(*question_.encrypted));
    if (!question_.medium_id.empty()) Set("mediumId", Value::String(std::string(question_.medium_id)));
    // The number of a handover may be one that the registry does not know: then there is no row to rest on.
    AddRow(kHandovers, question_.handover);
    HIKAE_CHECK(AddParty("recipient", question_.recipient));
    HIKAE_CHECK(AddParty("source", question_.source));
    if (!question_.what.empty()) Set("what", Value::String(std::string(question_.what)));
    if (question_.password_length) Set("passwordLength", Value::Long(static_cast<int64_t>(*question_.password_length)));
    if (question_.password_reused) Set("passwordReused", Value::Long(static_cast<int64_t>(*question_.password_reused)));
    return {};
  }

  // By the names that the facts call them by: of an item that is said to be the same as another, that other's.
  Value Items() const {
    std::vector<Value> items;
    items.reserve(question_.items.size());
    for (const std::string& name : question_.items) {
      items.push_back(Named("Item", name));
      const cedar::Entity* item = book_.facts->Find(items.back().entity());
      if (item == nullptr) continue;
      const auto same = item->attributes.find("aliasOf");
      if (same != item->attributes.end()) items.back() = same->second;
    }
    return Value::Set(std::move(items));
  }

  // Whether a row of that name is registered; the rules see it then.
  bool AddRow(std::span<const RowName> rows, std::string_view id) {
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const RowName& one) {
      return book_.facts->Find({one.type, std::string(id)}) != nullptr;
    });
    if (row == rows.end()) return false;
    const std::optional<bool> about = AboutSubject(*book_.facts->Find({row->type, std::string(id)}));
    // Of several rows of one type, one for each person of a call, that of this person counts.
    if (fields_.contains(row->name) && about != true) return true;
    Set(row->name, Named(row->type, id));
    if (about) Set(kAbout, Value::Bool(*about));
    return true;
  }

  // Whether a row that names a person names the one of the record. Rules learn this and not the number.
  std::optional<bool> AboutSubject(const cedar::Entity& row) const {
    const auto subject = row.attributes.find("subject");
    if (row.uid.type != kAboutType || subject == row.attributes.end() || question_.subject.empty()) return std::nullopt;
    return subject->second.text() == question_.subject;
  }

  Result<void> AddParty(const char* name, std::string_view id) {
    if (id.empty()) return {};
    if (book_.facts->Find({"Party", std::string(id)}) == nullptr) return Unknown("party", "関係者", id);
    Set(name, Named("Party", id));
    return {};
  }

  Result<void> AddMarks() {
    std::vector<Value> restrictions, consents, abroad, classes;
    bool known = false, classed = false;
    HIKAE_TRY(const std::vector<vault::Mark> marks, vault::Vault::ReadMarks(question_.marks));
    for (const vault::Mark& mark : marks) {
      const bool in_force = mark.from <= today_ && (!mark.until || today_ <= *mark.until);
      const bool consent = mark.kind == kConsentMark, to_abroad = mark.kind == kAbroadMark,
                 of_class = mark.kind == kClassMark;
      known = known || consent;
      classed = classed || of_class;
      if (!in_force) continue;
      if (consent) consents.push_back(Named("Purpose", mark.value));
      if (to_abroad) abroad.push_back(Named("Purpose", mark.value));
      if (of_class) classes.push_back(Named("SubjectClass", mark.value));
      if (!consent && !to_abroad && !of_class) restrictions.push_back(Named("Restriction", mark.kind));
    }
    if (classed) Set("subjectClasses", Value::Set(std::move(classes)));
    Set("subjectRestrictions", Value::Set(std::move(restrictions)));
    Set("subjectConsents", Value::Set(std::move(consents)));
    Set("subjectConsentsAbroad", Value::Set(std::move(abroad)));
    Set("subjectConsentKnown", Value::Bool(known));
    return {};
  }

  Result<void> AddApprovals() {
    std::map<std::string, Value> approvals;
    for (const std::string& id : question_.approvals) {
      const cedar::Entity* approval = book_.facts->Find({"Approval", id});
      if (approval == nullptr && AddRow(kRows, id)) continue;
      if (approval == nullptr) return Unknown("approval", "承認", id);
      const std::string& kind = approval->attributes.at("kind").entity().id;
      if (approvals.emplace(kind, Named("Approval", id)).second) continue;
      return Error(Status::kArgument,
                   {fmt::format("two approvals of kind \"{}\" are named", kind),
                    fmt::format("種別「{}」の承認が二つ示されている", kind)},
                   {}, {"name the one that this act rests on", "この行為の根拠となる一つを示す"});
    }
    Set("approvals", Value::Record(std::move(approvals)));
    return {};
  }

  const Rulebook& book_;
  const Standing& standing_;
  const Question& question_;
  const int64_t now_;
  const base::Day today_;
  std::map<std::string, Value> fields_;
};

Reason Cite(const Rulebook& book, const std::string& rule) {
  Reason reason;
  reason.rule = rule;
  const auto known = book.rules.find(rule);
  if (known == book.rules.end()) return reason;
  const Citation& citation = known->second;
  reason.article = citation.article;
  reason.title = citation.title;
  reason.remedy = citation.remedy;
  reason.severity = citation.severity;
  return reason;
}

// What the rules of `policies` read that `wanted` names, for who has to understand a refusal.
void Trace(const cedar::Request& request, const cedar::PolicySet& policies, const Rulebook& book,
           std::vector<Reason>& reasons) {
  std::vector<bool> keep;
  for (const cedar::PolicyInfo& policy : policies.policies()) {
    keep.push_back(std::any_of(reasons.begin(), reasons.end(), [&](const Reason& r) { return r.rule == policy.id; }));
  }
  const cedar::PolicySet wanted = policies.Filter(keep);
  for (const cedar::Judgement& judgement : cedar::Judge(request, wanted, *book.facts)) {
    const std::string& id = wanted.policies()[judgement.policy].id;
    const auto reason = std::find_if(reasons.begin(), reasons.end(), [&](const Reason& r) { return r.rule == id; });
    if (reason == reasons.end()) continue;
    for (const cedar::Read& read : judgement.reads) {
      reason->read.push_back(read.path + " = " + (read.value ? read.value->ToString() : std::string("(absent)")));
    }
    for (const cedar::Missing& missing : judgement.missing) {
      for (const Value& element : missing.elements) {
        reason->missing.push_back(element.kind() == Value::Kind::kEntity ? element.entity().id : element.ToString());
      }
    }
  }
}

// A refusal that exceptions lift altogether: decided again without the rules that are lifted, which then stand among
// the warnings. Where that allows nothing, because no ground is there, the refusal stays as it was.
Result<void> Lift(const Rulebook& book, const cedar::Request& request, cedar::Response& response, Decision& decision) {
  if (book.departures.empty() || response.failed_shut || response.reasons.empty()) return {};
  HIKAE_TRY(const Lifted lifted, LiftedOf(book, request, response.reasons));
  if (!lifted.all) return {};
  std::vector<bool> keep;
  for (const cedar::PolicyInfo& policy : book.deciding.policies()) {
    keep.push_back(std::find(response.reasons.begin(), response.reasons.end(), policy.id) == response.reasons.end());
  }
  HIKAE_TRY(cedar::Response again,
            cedar::Authorize(request, book.deciding.Filter(keep), *book.facts, {.strict = true}));
  if (again.decision != cedar::Decision::kAllow) return {};
  again.reasons.insert(again.reasons.end(), lifted.grounds.begin(), lifted.grounds.end());
  for (const std::string& rule : response.reasons) decision.warnings.push_back(Cite(book, rule));
  decision.exceptions = lifted.exceptions;
  response = std::move(again);
  return {};
}

}  // namespace

Result<void> Answer(const Rulebook& book, const cedar::Request& request, Decision& decision) {
  HIKAE_TRY(cedar::Response response, cedar::Authorize(request, book.deciding, *book.facts, {.strict = true}));
  if (response.decision != cedar::Decision::kAllow) HIKAE_CHECK(Lift(book, request, response, decision));
  decision.allowed = response.decision == cedar::Decision::kAllow;
  decision.judged = !response.failed_shut;
  for (const std::string& rule : response.reasons) decision.reasons.push_back(Cite(book, rule));
  if (response.failed_shut) {
    for (const cedar::PolicyError& error : response.errors) decision.reasons.push_back(Cite(book, error.policy_id));
  }
  if (!decision.allowed) Trace(request, book.deciding, book, decision.reasons);
  const cedar::Response warned = cedar::Authorize(request, book.warning, *book.facts);
  for (const std::string& rule : warned.reasons) decision.warnings.push_back(Cite(book, rule));
  for (const cedar::PolicyError& error : warned.errors) decision.warnings.push_back(Cite(book, error.policy_id));
  return {};
}

Result<void> CheckNames(const Rulebook& book, const char* type, std::span<const std::string> names) {
  const cedar::EntityType* known = book.schema->FindEntityType(type);
  if (known == nullptr || known->enum_ids.empty()) return {};
  for (const std::string& name : names) {
    if (std::find(known->enum_ids.begin(), known->enum_ids.end(), name) != known->enum_ids.end()) continue;
    const std::string_view nearest = base::Nearest(name, known->enum_ids);
    base::Text hint;
    if (!nearest.empty())
      hint = {fmt::format("did you mean \"{}\"?", nearest), fmt::format("もしかして「{}」", nearest)};
    return Error(Status::kArgument,
                 {fmt::format("this is none of the words of {}", type), fmt::format("{}の語にない", type)}, {}, hint);
  }
  return {};
}

bool AboutPersons(const Rulebook& book, std::span<const std::string> approvals) {
  return std::any_of(approvals.begin(), approvals.end(), [&](const std::string& id) {
    return book.facts->Find({std::string(kAboutType), id}) != nullptr;
  });
}

Result<Decision> Decide(const Rulebook& book, const Standing& standing, const Question& question, int64_t now) {
  cedar::Request request;
  request.principal = standing.actor;
  request.action = {"Action", question.action};
  request.resource =
      question.file.empty() ? EntityUid{"Handling", standing.handling} : EntityUid{"File", std::string(question.file)};
  if (!question.file.empty() && book.facts->Find(request.resource) == nullptr) {
    return Unknown("file", "個人情報ファイル", question.file);
  }
  HIKAE_TRY(request.context, Context(book, standing, question, now).Build());
  Decision decision;
  decision.act = question.action;
  decision.handling = standing.handling;
  decision.file = question.file;
  decision.time = now;
  HIKAE_CHECK(Answer(book, request, decision));
  return decision;
}

}  // namespace hikae::gate
