// The authorizer, its answers, and the explanation of one of them.
#include "capi/cedar_handles.h"

namespace hikae::capi {

std::shared_ptr<const LoadedPolicies> PolicyViews::Of(const cedar::PolicySet& set) {
  const std::lock_guard lock(mutex_);
  if (last_ == nullptr || &last_->set().rep() != &set.rep()) last_ = std::make_shared<const LoadedPolicies>(set);
  return last_;
}

void PolicyViews::Expect(std::shared_ptr<const LoadedPolicies> next) {
  const std::lock_guard lock(mutex_);
  last_.swap(next);  // the old one goes after the lock
}

namespace {

constexpr uint32_t kKnownFlags = HIKAE_CEDAR_STRICT | HIKAE_CEDAR_CHECK_REQUESTS;

// Validated against the schema, if that is asked for; throws the first error.
cedar::PolicySet Ready(const cedar::PolicySet& given, const std::optional<cedar::Schema>& schema, bool strict) {
  cedar::PolicySet set = given;
  if (!strict || !schema) return set;
  cedar::Validation found = cedar::ValidateAndMark(set, *schema);
  if (!found.errors.empty()) throw base::Failure{std::move(found.errors.front())};
  return set;
}

std::optional<cedar::Schema> SchemaOf(const hikae_cedar_schema* schema) {
  return schema != nullptr ? std::optional(*schema->impl) : std::nullopt;
}

// The first `count` answers are those of `authorizer`, by one version; what earlier ones have of room stays.
void Take(const hikae_cedar_authorizer& authorizer, std::shared_ptr<const Version> version, size_t count,
          hikae_cedar_answers& out) {
  if (out.version == nullptr || &out.version->policies.rep() != &version->policies.rep()) out.policies = nullptr;
  out.version = std::move(version);
  if (out.views != authorizer.views) out.views = authorizer.views;
  out.count = count;
}

const LoadedPolicies& PoliciesOf(const hikae_cedar_answers& answers) {
  if (answers.policies == nullptr) answers.policies = answers.views->Of(answers.version->policies);
  return *answers.policies;
}

const cedar::Answer& AnswerOf(const hikae_cedar_answers& answers, uint64_t i) {
  if (i >= answers.count)
    Fail(base::Status::kNotFound,
         {"there is no answer " + std::to_string(i) + ", only " + std::to_string(answers.count), {}});
  return answers.answers[i];
}

int32_t NumberOf(cedar::PolicyOutcome outcome) {
  switch (outcome) {
    case cedar::PolicyOutcome::kNotInScope:
      return HIKAE_CEDAR_NOT_IN_SCOPE;
    case cedar::PolicyOutcome::kNotSatisfied:
      return HIKAE_CEDAR_NOT_SATISFIED;
    case cedar::PolicyOutcome::kSatisfied:
      return HIKAE_CEDAR_SATISFIED;
    case cedar::PolicyOutcome::kFailed:
      return HIKAE_CEDAR_FAILED;
  }
  return 0;
}

// Keeps a text that is made for the explanation and views it.
hikae_str Keep(hikae_cedar_explanation& explanation, std::string text) {
  explanation.texts.push_back(std::make_unique<const std::string>(std::move(text)));
  return View(*explanation.texts.back());
}

void ViewReads(hikae_cedar_explanation& explanation) {
  for (const cedar::Explanation& policy : explanation.policies) {
    std::vector<hikae_cedar_read>& reads = explanation.reads.emplace_back();
    for (const cedar::Read& read : policy.reads) {
      hikae_cedar_read view = {};
      view.path = View(read.path);
      view.entity = Keep(explanation, read.entity.type.empty() ? "context" : read.entity.ToString());
      view.attribute = View(read.attribute);
      if (read.value) view.value = Keep(explanation, read.value->ToString());
      view.has_value = read.value ? 1 : 0;
      reads.push_back(view);
    }
  }
}

}  // namespace
}  // namespace hikae::capi

using namespace hikae;
using namespace hikae::capi;

extern "C" {

hikae_status hikae_cedar_authorizer_new(const hikae_cedar_policies* policies, const hikae_cedar_schema* schema,
                                        const hikae_cedar_entities* entities, uint32_t flags,
                                        hikae_cedar_authorizer** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    Checked(policies, "policies");
    if ((flags & ~kKnownFlags) != 0)
      Fail(base::Status::kVersion, {"a flag is set that this release does not know", {}});
    auto handle = std::make_unique<hikae_cedar_authorizer>();
    const cedar::Authorizer::Options options{.strict = (flags & HIKAE_CEDAR_STRICT) != 0,
                                             .check_requests = (flags & HIKAE_CEDAR_CHECK_REQUESTS) != 0};
    const std::optional<cedar::Schema> held = SchemaOf(schema);
    auto store =
        entities != nullptr
            ? entities->impl
            : std::make_shared<const cedar::Entities>(Unwrap(cedar::Entities::Create({}, held ? &*held : nullptr)));
    handle->impl = Unwrap(
        cedar::Authorizer::Create(Ready(policies->impl->set(), held, options.strict), held, std::move(store), options));
    handle->views->Expect(policies->impl);
    *out = handle.release();
    return HIKAE_OK;
  });
}

hikae_status hikae_cedar_authorizer_swap(hikae_cedar_authorizer* a, const hikae_cedar_policies* policies,
                                         const hikae_cedar_schema* schema, const hikae_cedar_entities* entities,
                                         hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    hikae_cedar_authorizer& authorizer = Checked(a, "authorizer");
    const std::lock_guard lock(authorizer.swapping);
    const auto now = authorizer.impl->Current();
    const std::optional<cedar::Schema> held = schema != nullptr ? SchemaOf(schema) : now->schema;
    const cedar::PolicySet& set = policies != nullptr ? policies->impl->set() : now->policies;
    Unwrap(authorizer.impl->Swap(Ready(set, held, authorizer.impl->options().strict), held,
                                 entities != nullptr ? entities->impl : now->entities));
    if (policies != nullptr) authorizer.views->Expect(policies->impl);
    return HIKAE_OK;
  });
}

void hikae_cedar_authorizer_free(hikae_cedar_authorizer* a) { delete a; }

hikae_status hikae_cedar_answers_new(hikae_cedar_answers** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    *out = new hikae_cedar_answers();
    return HIKAE_OK;
  });
}

hikae_status hikae_cedar_authorize(const hikae_cedar_authorizer* a, const hikae_cedar_request* r,
                                   hikae_cedar_answers* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    hikae_cedar_answers& answers = Checked(out, "out");
    answers.count = 0;
    const hikae_cedar_request& request = Checked(r, "request");
    const hikae_cedar_authorizer& authorizer = Checked(a, "authorizer");
    if (answers.answers.empty()) answers.answers.resize(1);
    Take(authorizer, Unwrap(authorizer.impl->Decide(request.request, answers.answers[0])), 1, answers);
    return HIKAE_OK;
  });
}

hikae_status hikae_cedar_authorize_many(const hikae_cedar_authorizer* a, const hikae_cedar_request* const* requests,
                                        size_t count, hikae_cedar_answers* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    hikae_cedar_answers& answers = Checked(out, "out");
    answers.count = 0;
    if (count != 0) Checked(requests, "requests");
    answers.asked.clear();
    for (size_t i = 0; i < count; ++i) answers.asked.push_back(&Checked(requests[i], "a request").request);
    const hikae_cedar_authorizer& authorizer = Checked(a, "authorizer");
    if (answers.answers.size() < count) answers.answers.resize(count);
    Take(authorizer, Unwrap(authorizer.impl->DecideMany(answers.asked, std::span(answers.answers).first(count))), count,
         answers);
    return HIKAE_OK;
  });
}

int hikae_cedar_answers_allowed(const hikae_cedar_answers* a, uint64_t i) {
  return a != nullptr && i < a->count && a->answers[i].decision == cedar::Decision::kAllow ? 1 : 0;
}

hikae_status hikae_cedar_answers_get(const hikae_cedar_answers* a, uint64_t i, hikae_cedar_answer* out,
                                     hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Out<hikae_cedar_answer> answer(out);
    if (i >= Checked(a, "answers").count) return HIKAE_END;
    const cedar::Answer& from = a->answers[i];
    answer->decision = from.decision == cedar::Decision::kAllow ? HIKAE_CEDAR_ALLOW : HIKAE_CEDAR_DENY;
    answer->failed_shut = from.failed_shut ? 1 : 0;
    answer->reason_count = from.reasons.size();
    answer->error_count = from.errors.size();
    return answer.Give();
  });
}

hikae_status hikae_cedar_answers_reason(const hikae_cedar_answers* a, uint64_t i, uint64_t n, hikae_cedar_policy* out,
                                        hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Out<hikae_cedar_policy> policy(out);
    const cedar::Answer& answer = AnswerOf(Checked(a, "answers"), i);
    if (n >= answer.reasons.size()) return HIKAE_END;
    PoliciesOf(*a).Describe(answer.reasons[n], policy);
    return policy.Give();
  });
}

hikae_status hikae_cedar_answers_error(const hikae_cedar_answers* a, uint64_t i, uint64_t n, hikae_cedar_policy* out,
                                       hikae_str* message, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    if (message != nullptr) *message = {nullptr, 0};
    Out<hikae_cedar_policy> policy(out);
    Checked(message, "message");
    const cedar::Answer& answer = AnswerOf(Checked(a, "answers"), i);
    if (n >= answer.errors.size()) return HIKAE_END;
    PoliciesOf(*a).Describe(answer.errors[n].policy, policy);
    *message = View(answer.errors[n].message);
    return policy.Give();
  });
}

void hikae_cedar_answers_free(hikae_cedar_answers* a) { delete a; }

hikae_status hikae_cedar_explain(const hikae_cedar_authorizer* a, const hikae_cedar_request* r,
                                 hikae_cedar_explanation** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    const cedar::Request& request = Checked(r, "request").request;
    auto handle = std::make_unique<hikae_cedar_explanation>();
    handle->version = Checked(a, "authorizer").impl->Current();
    handle->policies = cedar::Explain(request, handle->version->policies, *handle->version->entities);
    ViewReads(*handle);
    *out = handle.release();
    return HIKAE_OK;
  });
}

hikae_status hikae_cedar_explanation_next(hikae_cedar_explanation* x, hikae_cedar_outcome* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Out<hikae_cedar_outcome> outcome(out);
    hikae_cedar_explanation& explanation = Checked(x, "explanation");
    if (explanation.next >= explanation.policies.size()) return HIKAE_END;
    const size_t i = explanation.next++;
    const cedar::Explanation& from = explanation.policies[i];
    const cedar::PolicyInfo& info = explanation.version->policies.policies()[i];
    outcome->policy = i;
    outcome->id = View(info.id);
    outcome->effect = info.effect == cedar::Effect::kPermit ? HIKAE_CEDAR_PERMIT : HIKAE_CEDAR_FORBID;
    outcome->outcome = NumberOf(from.outcome);
    outcome->message = View(from.error);
    outcome->reads = explanation.reads[i].data();
    outcome->read_count = explanation.reads[i].size();
    return outcome.Give();
  });
}

void hikae_cedar_explanation_free(hikae_cedar_explanation* x) { delete x; }

}  // extern "C"
