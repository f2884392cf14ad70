// The authorizer, its answers, and the explanation of one of them.
#include "capi/cedar_handles.h"

void hikae_cedar_authorizer::Replace(hikae::capi::Version next) {
  // The old version is let go after the lock: freeing it may take long.
  std::shared_ptr<const hikae::capi::Version> old;
  const std::lock_guard lock(mutex_);
  if (next.policies == nullptr) next.policies = current_->policies;
  if (next.schema == nullptr) next.schema = current_->schema;
  if (next.entities == nullptr) next.entities = current_->entities;
  old = std::exchange(current_, std::make_shared<const hikae::capi::Version>(std::move(next)));
}

namespace hikae::capi {
namespace {

Version VersionOf(const hikae_cedar_policies* policies, const hikae_cedar_schema* schema,
                  const hikae_cedar_entities* entities) {
  Version version;
  if (policies != nullptr) version.policies = policies->impl;
  if (schema != nullptr) version.schema = schema->impl;
  if (entities != nullptr) version.entities = entities->impl;
  return version;
}

// Decides into out.answers[0 … count); `request` gives the i-th.
template <class RequestOf>
void Decide(const hikae_cedar_authorizer& authorizer, size_t count, hikae_cedar_answers& out, RequestOf request) {
  out.version = authorizer.Current();
  if (out.answers.size() < count) out.answers.resize(count);
  for (size_t i = 0; i < count; ++i)
    cedar::Decide(request(i), out.version->policies->set(), *out.version->entities, out.answers[i]);
  out.count = count;
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
    if (flags != 0) Fail(base::Status::kVersion, {"a flag is set that this release does not know", {}});
    Version version = VersionOf(policies, schema, entities);
    if (version.entities == nullptr)
      version.entities = std::make_shared<const cedar::Entities>(Unwrap(cedar::Entities::Create({})));
    auto handle = std::make_unique<hikae_cedar_authorizer>();
    handle->Replace(std::move(version));
    *out = handle.release();
    return HIKAE_OK;
  });
}

hikae_status hikae_cedar_authorizer_swap(hikae_cedar_authorizer* a, const hikae_cedar_policies* policies,
                                         const hikae_cedar_schema* schema, const hikae_cedar_entities* entities,
                                         hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(a, "authorizer").Replace(VersionOf(policies, schema, entities));
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
    Decide(Checked(a, "authorizer"), 1, answers, [&](size_t) -> const cedar::Request& { return request.request; });
    return HIKAE_OK;
  });
}

hikae_status hikae_cedar_authorize_many(const hikae_cedar_authorizer* a, const hikae_cedar_request* const* requests,
                                        size_t count, hikae_cedar_answers* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    hikae_cedar_answers& answers = Checked(out, "out");
    answers.count = 0;
    if (count != 0) Checked(requests, "requests");
    for (size_t i = 0; i < count; ++i) Checked(requests[i], "a request");
    Decide(Checked(a, "authorizer"), count, answers,
           [&](size_t i) -> const cedar::Request& { return requests[i]->request; });
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
    a->version->policies->Describe(answer.reasons[n], policy);
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
    a->version->policies->Describe(answer.errors[n].policy, policy);
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
    handle->version = Checked(a, "authorizer").Current();
    handle->policies = cedar::Explain(request, handle->version->policies->set(), *handle->version->entities);
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
    const cedar::PolicyInfo& info = explanation.version->policies->set().policies()[i];
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
