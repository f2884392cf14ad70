#include "audit/joint.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

namespace hikae::audit {
namespace {

using base::Error;
using base::Result;
using base::Status;

bool LaidOver(const Pack& upper, std::string_view id) {
  return std::any_of(upper.below.begin(), upper.below.end(), [id](const LowerPack& lower) { return lower.id == id; });
}

bool Past(const Pack& pack, registry::Day day) { return pack.effective.until && *pack.effective.until < day; }

bool Overlap(const Interval& a, const Interval& b) {
  return (!a.until || b.from <= *a.until) && (!b.until || a.from <= *b.until);
}

// Whether it says anything of acts of sessions: a ground to act on, or a rule of that moment.
bool Decides(const Pack& pack) {
  const auto at_run = [](const Rule& rule) {
    return std::find(rule.moments.begin(), rule.moments.end(), Moment::kRun) != rule.moments.end();
  };
  const auto ground = [](const cedar::PolicyInfo& info) {
    const std::string* kind = info.Annotation("kind");
    return info.effect == cedar::Effect::kPermit && kind != nullptr && *kind == "ground";
  };
  const auto& policies = pack.policies.policies();
  return std::any_of(pack.rules.begin(), pack.rules.end(), at_run) ||
         std::any_of(policies.begin(), policies.end(), ground);
}

Error Clash(const Pack& a, const Pack& b, const std::string& en, const std::string& ja, base::Text hint) {
  return Error(
      Status::kRules,
      {fmt::format("`{}` and `{}` {}", a.id, b.id, en), fmt::format("規程集「{}」と「{}」は{}", a.id, b.id, ja)}, {},
      std::move(hint));
}

Result<void> CheckRules(std::span<const PackPtr> packs) {
  std::map<std::string_view, const Rule*> known;
  for (const PackPtr& pack : packs) {
    for (const Rule& rule : pack->rules) {
      const auto [at, fresh] = known.emplace(rule.id, &rule);
      if (fresh || at->second->pack == rule.pack) continue;
      return Error(
          Status::kRules,
          {fmt::format("the rule id `{}` is used by `{}` and by `{}`", rule.id, at->second->pack, rule.pack),
           fmt::format("規則の識別子「{}」が規程集「{}」と「{}」の両方にある", rule.id, at->second->pack, rule.pack)},
          rule.where, {"the other: " + at->second->where.ToString(), "もう一方: " + at->second->where.ToString()});
    }
  }
  return {};
}

Result<void> CheckPair(const Pack& a, const Pack& b) {
  if (LaidOver(a, b.id) || LaidOver(b, a.id)) return {};
  for (const LowerPack& lower : a.below) {
    if (!LaidOver(b, lower.id)) continue;
    return Clash(a, b, fmt::format("are both laid over `{}`, whose rules would be judged twice", lower.id),
                 fmt::format("どちらも「{}」に重なり、その規則が二度判定される", lower.id),
                 {fmt::format("lay one over the other: `tightens: {}`", b.id),
                  fmt::format("一方を他方に重ねる(tightens: {})", b.id)});
  }
  if (!Overlap(a.effective, b.effective) || !Decides(a) || !Decides(b)) return {};
  return Clash(a, b, "are in force on the same days, and both decide on acts of sessions",
               "同じ日に施行され、どちらも利用の可否を決める",
               {"lay one over the other with `tightens`, or end one before the other begins",
                "一方を他方に重ねる(tightens)か、施行期間を分ける"});
}

// A later one may find more to do; what is done stays done.
AuditOptions After(const AuditOptions& options, uint64_t done_before, uint64_t& total) {
  AuditOptions own = options;
  if (!options.progress) return own;
  own.progress = [&options, done_before, &total](uint64_t done, uint64_t all) {
    total = done_before + all;
    return options.progress(done_before + done, done_before + all);
  };
  return own;
}

void Add(Findings::Totals& totals, const Findings::Totals& more) {
  totals.met += more.met;
  totals.violated += more.violated;
  totals.not_shown += more.not_shown;
  totals.not_applicable += more.not_applicable;
  totals.excepted += more.excepted;
}

void Merge(Findings more, Findings& into) {
  into.findings.Merge(std::move(more.findings));
  into.rules.merge(more.rules);
  into.packs.insert(into.packs.end(), std::make_move_iterator(more.packs.begin()),
                    std::make_move_iterator(more.packs.end()));
  Add(into.totals, more.totals);
}

}  // namespace

Result<void> CheckTogether(std::span<const PackPtr> packs) {
  HIKAE_CHECK(CheckRules(packs));
  for (size_t i = 0; i < packs.size(); ++i) {
    for (size_t j = 0; j < i; ++j) HIKAE_CHECK(CheckPair(*packs[j], *packs[i]));
  }
  return {};
}

std::vector<Judge> JudgesOn(std::span<const PackPtr> packs, registry::Day day) {
  const auto in_force = [day](const Pack& pack) { return pack.effective.Contains(day); };
  const auto going_on = [day](const Pack& pack) { return Past(pack, day) && !pack.going_on.empty(); };
  std::set<std::string> judged;  // by the packs in force
  for (const PackPtr& pack : packs) {
    if (!in_force(*pack)) continue;
    judged.insert(pack->id);
    for (const LowerPack& lower : pack->below) judged.insert(lower.id);
  }
  std::vector<Judge> judges;
  for (const PackPtr& pack : packs) {
    const bool now = in_force(*pack);
    if (!now && !going_on(*pack)) continue;
    const bool covered = std::any_of(packs.begin(), packs.end(), [&](const PackPtr& upper) {
      return LaidOver(*upper, pack->id) && (now ? in_force(*upper) : going_on(*upper));
    });
    if (!covered) judges.push_back({pack, now ? std::set<std::string>() : judged});
  }
  return judges;
}

PackPtr DecidingOn(std::span<const PackPtr> packs, registry::Day day) {
  PackPtr first;
  for (const Judge& judge : JudgesOn(packs, day)) {
    if (!judge.pack->effective.Contains(day)) continue;
    if (Decides(*judge.pack)) return judge.pack;
    if (first == nullptr) first = judge.pack;
  }
  return first;
}

const Pack* HolderOf(std::span<const PackPtr> packs, std::string_view id) {
  for (const PackPtr& pack : packs) {
    if (pack->id == id) return pack.get();
  }
  for (const PackPtr& pack : packs) {
    if (LaidOver(*pack, id)) return pack.get();
  }
  return nullptr;
}

Result<Findings> AuditTogether(const registry::Registry& registry, std::span<const PackPtr> packs,
                               const AuditOptions& options) {
  const std::vector<Judge> judges = JudgesOn(packs, options.as_of);
  if (judges.empty()) return Audit(registry, packs.front(), options);  // which says why not
  AuditOptions shared = options;
  if (shared.stated == nullptr) {
    HIKAE_TRY(shared.stated, registry.AsOf(options.as_of));
  }
  std::optional<Findings> all;
  uint64_t done = 0, total = 0;
  for (const Judge& judge : judges) {
    AuditOptions own = After(shared, done, total);
    own.elsewhere = judge.elsewhere;
    HIKAE_TRY(Findings findings, Audit(registry, judge.pack, own));
    done = total;
    if (all)
      Merge(std::move(findings), *all);
    else
      all = std::move(findings);
  }
  return *std::move(all);
}

}  // namespace hikae::audit
