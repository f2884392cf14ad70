#include "capi/cedar_handles.h"
#include "capi/list.h"
#include "cedar/syntax/format.h"
#include "cedar/syntax/policy_json.h"

namespace hikae::capi {
namespace {

std::unique_ptr<hikae_cedar_policies> Handle(cedar::PolicySet set) {
  auto handle = std::make_unique<hikae_cedar_policies>();
  handle->impl = std::make_shared<const LoadedPolicies>(std::move(set));
  return handle;
}

hikae_list::Entry ProblemOf(const base::Error& problem, int32_t severity) {
  base::Error bare = problem;
  bare.hint = {};
  hikae_list::Entry entry = EntryOf(bare, severity);
  entry.detail = problem.hint.en;
  return entry;
}

std::optional<cedar::EntityUid> Slot(const hikae_cedar_uid& uid, const char* name) {
  if (uid.type.len == 0 && uid.id.len == 0) return std::nullopt;
  return UidOf(uid, name);
}

}  // namespace

LoadedPolicies::LoadedPolicies(cedar::PolicySet set) : set_(std::move(set)) {
  annotations_.resize(set_.policies().size() + set_.templates().size());
  for (size_t i = 0; i < annotations_.size(); ++i)
    for (const auto& [key, value] : Info(i).annotations) annotations_[i].push_back({View(key), View(value)});
}

const cedar::PolicyInfo& LoadedPolicies::Info(size_t i) const {
  const auto& policies = set_.policies();
  return i < policies.size() ? policies[i] : set_.templates()[i - policies.size()];
}

void LoadedPolicies::Describe(size_t i, Out<hikae_cedar_policy>& out) const {
  const cedar::PolicyInfo& info = Info(i);
  out->id = View(info.id);
  out->effect = info.effect == cedar::Effect::kPermit ? HIKAE_CEDAR_PERMIT : HIKAE_CEDAR_FORBID;
  out->kind = i >= set_.policies().size() ? HIKAE_CEDAR_TEMPLATE : info.link ? HIKAE_CEDAR_LINKED : HIKAE_CEDAR_STATIC;
  if (info.link) out->template_id = View(info.link->template_id);
  out->text = View(info.text);
  out->file = View(info.where.file);
  out->line = info.where.line;
  out->column = info.where.column;
  out->annotations = annotations_[i].data();
  out->annotation_count = annotations_[i].size();
}

}  // namespace hikae::capi

using namespace hikae;
using namespace hikae::capi;

extern "C" {

hikae_status hikae_cedar_policies_parse(const hikae_document* documents, size_t count,
                                        const hikae_cedar_policies_options* opt, hikae_cedar_policies** out,
                                        hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    const hikae_cedar_policies_options given = Read(opt);
    if ((given.flags & ~uint32_t{HIKAE_CEDAR_ID_FROM_ANNOTATION}) != 0)
      Fail(base::Status::kVersion, {"a flag is set that this release does not know", {}});
    cedar::PolicySet::Options options;
    options.id_from_annotation = (given.flags & HIKAE_CEDAR_ID_FROM_ANNOTATION) != 0;
    const std::vector<Given> read = DocumentsOf(documents, count, given.format);
    if (read.size() == 1 && read[0].json) {
      const codec::Node json = ReadTree(read[0], cedar::PolicyJsonLimits());
      *out = Handle(Unwrap(cedar::PolicySet::FromJson(json, read[0].name, options))).release();
      return HIKAE_OK;
    }
    std::vector<cedar::SourceText> texts;
    for (const Given& document : read) texts.push_back({document.name, std::string(document.text)});
    *out = Handle(Unwrap(cedar::PolicySet::Parse(texts, options))).release();
    return HIKAE_OK;
  });
}

hikae_status hikae_cedar_policies_get(const hikae_cedar_policies* p, uint64_t i, hikae_cedar_policy* out,
                                      hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Out<hikae_cedar_policy> policy(out);
    const LoadedPolicies& policies = *Checked(p, "policies").impl;
    if (i >= policies.count()) return HIKAE_END;
    policies.Describe(i, policy);
    return policy.Give();
  });
}

hikae_status hikae_cedar_policies_write(const hikae_cedar_policies* p, int32_t format, hikae_buffer* out,
                                        hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = HIKAE_BUFFER_INIT;
    const cedar::PolicySet& set = Checked(p, "policies").impl->set();
    if (format != HIKAE_CEDAR_TEXT && format != HIKAE_CEDAR_JSON)
      FailArgument("format is " + std::to_string(format) + ", policies are written as text or as JSON");
    Copy(format == HIKAE_CEDAR_JSON ? codec::WriteJson(set.ToJson(), 2) : Unwrap(set.ToText()), *out);
    return HIKAE_OK;
  });
}

hikae_status hikae_cedar_policies_link(const hikae_cedar_policies* p, const hikae_cedar_link* links, size_t count,
                                       hikae_cedar_policies** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    const cedar::PolicySet& set = Checked(p, "policies").impl->set();
    if (count != 0) Checked(links, "links");
    std::vector<cedar::TemplateLink> given;
    for (size_t i = 0; i < count; ++i) {
      cedar::TemplateLink link;
      link.template_id = Text(links[i].template_id, "template_id");
      link.new_id = Text(links[i].id, "id");
      link.principal = Slot(links[i].principal, "principal");
      link.resource = Slot(links[i].resource, "resource");
      given.push_back(std::move(link));
    }
    *out = Handle(Unwrap(set.Link(given))).release();
    return HIKAE_OK;
  });
}

hikae_status hikae_cedar_policies_format(const hikae_document* document, const hikae_cedar_format_options* opt,
                                         hikae_buffer* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = HIKAE_BUFFER_INIT;
    const Given given = DocumentOf(Checked(document, "document"), HIKAE_CEDAR_TEXT);
    const hikae_cedar_format_options read = Read(opt);
    cedar::FormatOptions options;
    if (read.line_width != 0) options.line_width = read.line_width;
    if (read.indent != 0) options.indent = read.indent;
    Copy(Unwrap(cedar::FormatPolicies(given.text, given.name, options)), *out);
    return HIKAE_OK;
  });
}

void hikae_cedar_policies_free(hikae_cedar_policies* p) { delete p; }

hikae_status hikae_cedar_validate(const hikae_cedar_policies* p, const hikae_cedar_schema* s, hikae_list** out,
                                  hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    const cedar::Validation found = cedar::Validate(Checked(p, "policies").impl->set(), *Checked(s, "schema").impl);
    auto list = std::make_unique<hikae_list>();
    for (const base::Error& problem : found.errors) list->entries.push_back(ProblemOf(problem, HIKAE_ERROR));
    for (const base::Error& problem : found.warnings) list->entries.push_back(ProblemOf(problem, HIKAE_WARN));
    *out = list.release();
    return HIKAE_OK;
  });
}

}  // extern "C"
