// Schemas and entities.
#include "capi/cedar_handles.h"
#include "cedar/schema/schema_translate.h"

using namespace hikae;
using namespace hikae::capi;

namespace hikae::capi {
namespace {

constexpr hikae_str Literal(const char* text) { return {text, std::char_traits<char>::length(text)}; }

const cedar::Schema* Optional(const hikae_cedar_schema* schema) { return schema ? schema->impl.get() : nullptr; }

// The entities of a document, without the actions that a schema adds: those are there already.
std::vector<cedar::Entity> EntitiesOf(const hikae_document& document, const cedar::Schema* schema) {
  const Given given = DocumentOf(document, HIKAE_CEDAR_JSON);
  const cedar::Entities read = Unwrap(cedar::Entities::FromJson(ReadTree(given), given.name, schema));
  std::vector<cedar::Entity> all;
  for (const cedar::Entity* entity : read.All())
    if (schema == nullptr || schema->FindAction(entity->uid) == nullptr) all.push_back(*entity);
  return all;
}

}  // namespace
}  // namespace hikae::capi

extern "C" {

hikae_str hikae_cedar_language_version(void) { return Literal("4.5"); }

hikae_str hikae_cedar_corpus_version(void) { return Literal("4.10"); }

hikae_status hikae_cedar_schema_parse(const hikae_document* documents, size_t count, int32_t format,
                                      hikae_cedar_schema** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    const std::vector<Given> given = DocumentsOf(documents, count, format);
    auto handle = std::make_unique<hikae_cedar_schema>();
    if (given.size() == 1 && given[0].json) {
      handle->impl = std::make_shared<const cedar::Schema>(
          Unwrap(cedar::Schema::FromJson(ReadTree(given[0], cedar::kSchemaJsonLimits), given[0].name)));
    } else {
      std::vector<cedar::SourceText> fragments;
      for (const Given& document : given) fragments.push_back({document.name, std::string(document.text)});
      handle->impl = std::make_shared<const cedar::Schema>(Unwrap(cedar::Schema::Parse(fragments)));
    }
    *out = handle.release();
    return HIKAE_OK;
  });
}

hikae_status hikae_cedar_schema_translate(const hikae_document* document, int32_t format, hikae_buffer* out,
                                          hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = HIKAE_BUFFER_INIT;
    const Given given = DocumentOf(Checked(document, "document"), format);
    if (given.json) {
      Copy(Unwrap(cedar::SchemaJsonToText(ReadTree(given, cedar::kSchemaJsonLimits), given.name)), *out);
    } else {
      Copy(codec::WriteJson(Unwrap(cedar::SchemaTextToJson(given.text, given.name)), 2), *out);
    }
    return HIKAE_OK;
  });
}

void hikae_cedar_schema_free(hikae_cedar_schema* s) { delete s; }

hikae_status hikae_cedar_entities_parse(const hikae_document* document, const hikae_cedar_schema* schema,
                                        hikae_cedar_entities** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    const Given given = DocumentOf(Checked(document, "document"), HIKAE_CEDAR_JSON);
    auto handle = std::make_unique<hikae_cedar_entities>();
    handle->impl = std::make_shared<const cedar::Entities>(
        Unwrap(cedar::Entities::FromJson(ReadTree(given), given.name, Optional(schema))));
    *out = handle.release();
    return HIKAE_OK;
  });
}

hikae_status hikae_cedar_entities_update(const hikae_cedar_entities* e, const hikae_document* put,
                                         const hikae_cedar_uid* remove, size_t remove_count, hikae_cedar_entities** out,
                                         hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    const cedar::Entities& now = *Checked(e, "entities").impl;
    if (remove_count != 0) Checked(remove, "remove");
    std::vector<cedar::Entity> added;
    if (put != nullptr) added = EntitiesOf(*put, now.checked_against());
    std::vector<cedar::EntityUid> gone;
    for (size_t i = 0; i < remove_count; ++i) gone.push_back(UidOf(remove[i], "remove"));
    auto handle = std::make_unique<hikae_cedar_entities>();
    handle->impl = std::make_shared<const cedar::Entities>(
        Unwrap(now.With(std::move(added), std::move(gone), now.checked_against())));
    *out = handle.release();
    return HIKAE_OK;
  });
}

hikae_status hikae_cedar_entities_write(const hikae_cedar_entities* e, hikae_buffer* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = HIKAE_BUFFER_INIT;
    Copy(codec::WriteJson(Checked(e, "entities").impl->ToJson(), 2), *out);
    return HIKAE_OK;
  });
}

uint64_t hikae_cedar_entities_count(const hikae_cedar_entities* e) { return e == nullptr ? 0 : e->impl->size(); }

void hikae_cedar_entities_free(hikae_cedar_entities* e) { delete e; }

}  // extern "C"
