#include "cedar/engine/authorizer.h"

#include <functional>
#include <thread>
#include <utility>

namespace hikae::cedar {
namespace {

base::Error NotChecked(base::Text what) {
  return base::Error(
      base::Status::kRules, std::move(what), {},
      {"check them against the authorizer's schema first", "先に同じスキーマに照らして検査してください"});
}

bool Is(const Schema* checked, const Schema& schema) { return checked != nullptr && &checked->rep() == &schema.rep(); }

}  // namespace

base::Result<std::unique_ptr<Authorizer>> Authorizer::Create(PolicySet policies, std::optional<Schema> schema,
                                                             std::shared_ptr<const Entities> entities,
                                                             Options options) {
  std::unique_ptr<Authorizer> out(new Authorizer(options));
  HIKAE_CHECK(out->Swap(std::move(policies), std::move(schema), std::move(entities)));
  return out;
}

base::Result<uint64_t> Authorizer::Swap(PolicySet policies, std::optional<Schema> schema,
                                        std::shared_ptr<const Entities> entities) {
  const std::lock_guard lock(swapping_);
  return Install({0, std::move(policies), std::move(schema), std::move(entities)});
}

base::Result<uint64_t> Authorizer::SwapPolicies(PolicySet policies) {
  const std::lock_guard lock(swapping_);
  const auto now = Current();
  return Install({0, std::move(policies), now->schema, now->entities});
}

base::Result<uint64_t> Authorizer::SwapEntities(std::shared_ptr<const Entities> entities) {
  const std::lock_guard lock(swapping_);
  const auto now = Current();
  return Install({0, now->policies, now->schema, std::move(entities)});
}

base::Result<void> Authorizer::Check(const Version& version) const {
  if (version.entities == nullptr) return base::Error(base::Status::kArgument, "an authorizer needs entities");
  if (!options_.strict) return {};
  if (!version.schema) {
    return base::Error(base::Status::kRules,
                       base::Text{"strict decisions need a schema", "厳格な判断にはスキーマが必要です"});
  }
  if (!Is(version.policies.validated_against(), *version.schema)) {
    return NotChecked({"the policies were not validated against the authorizer's schema",
                       "規則集が判断に使うスキーマに照らして検証されていません"});
  }
  if (!Is(version.entities->checked_against(), *version.schema)) {
    return NotChecked({"the entities were not checked against the authorizer's schema",
                       "エンティティが判断に使うスキーマに照らして検査されていません"});
  }
  return {};
}

base::Result<uint64_t> Authorizer::Install(Version version) {
  HIKAE_CHECK(Check(version));
  version.number = last_ + 1;
  const auto whole = std::make_shared<const Version>(std::move(version));
  std::array<std::shared_ptr<const Version>, std::tuple_size_v<decltype(slots_)>> owners;
  // A counter of its own for each slot; what it counts keeps the version alive.
  for (auto& owner : owners) owner = {whole.get(), [keep = whole](const Version*) {}};
  for (size_t i = 0; i < slots_.size(); ++i) {
    const std::lock_guard lock(slots_[i].mutex);
    slots_[i].version.swap(owners[i]);  // the old one goes after the lock
  }
  return last_ = whole->number;
}

std::shared_ptr<const Authorizer::Version> Authorizer::Current() const {
  const Slot& slot = slots_[std::hash<std::thread::id>()(std::this_thread::get_id()) % slots_.size()];
  const std::lock_guard lock(slot.mutex);
  return slot.version;
}

base::Result<void> Authorizer::CheckRequest(const Version& version, const Request& request) const {
  if (!options_.check_requests || !version.schema) return {};
  return version.schema->CheckRequest(request);
}

base::Result<std::shared_ptr<const Authorizer::Version>> Authorizer::Decide(const Request& request, Answer& out) const {
  auto version = Current();
  HIKAE_CHECK(CheckRequest(*version, request));
  HIKAE_CHECK(cedar::Decide(request, version->policies, *version->entities, {.strict = options_.strict}, out));
  return version;
}

base::Result<std::shared_ptr<const Authorizer::Version>> Authorizer::DecideMany(std::span<const Request> requests,
                                                                                std::vector<Answer>& out) const {
  auto version = Current();
  for (const Request& request : requests) HIKAE_CHECK(CheckRequest(*version, request));
  HIKAE_CHECK(cedar::DecideMany(requests, version->policies, *version->entities, {.strict = options_.strict}, out));
  return version;
}

base::Result<std::shared_ptr<const Authorizer::Version>> Authorizer::DecideMany(
    std::span<const Request* const> requests, std::span<Answer> out) const {
  auto version = Current();
  for (const Request* request : requests) HIKAE_CHECK(CheckRequest(*version, *request));
  HIKAE_CHECK(cedar::DecideMany(requests, version->policies, *version->entities, {.strict = options_.strict}, out));
  return version;
}

base::Result<Response> Authorizer::Authorize(const Request& request) const {
  Answer answer;
  HIKAE_TRY(const auto version, Decide(request, answer));
  return ToResponse(answer, version->policies);
}

}  // namespace hikae::cedar
