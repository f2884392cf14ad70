// A schema as the generator thinks of it: what its writer spells as text or JSON, and what expressions, entities and
// requests are made to fit. Names are always complete ("Ns::User").
#ifndef HIKAE_TESTS_DIFFERENTIAL_MODEL_H_
#define HIKAE_TESTS_DIFFERENTIAL_MODEL_H_

#include <optional>
#include <string>
#include <vector>

#include "codec/node.h"
#include "differential/random.h"

namespace hikae::differential {

enum class Kind : uint8_t {
  kBool,
  kLong,
  kString,
  kDecimal,
  kIp,
  kDatetime,
  kDuration,
  kEntity,
  kSet,
  kRecord,
  kCommon
};

struct Field;
struct Type {
  Kind kind = Kind::kBool;
  std::string name;           // of kEntity and kCommon
  std::vector<Type> element;  // of kSet: one
  std::vector<Field> fields;  // of kRecord
  friend bool operator==(const Type& a, const Type& b);
};
struct Field {
  std::string name;
  Type type;
  bool required = true;
  friend bool operator==(const Field& a, const Field& b) = default;
};
inline bool operator==(const Type& a, const Type& b) {
  return a.kind == b.kind && a.name == b.name && a.element == b.element && a.fields == b.fields;
}

struct Uid {
  std::string type;
  std::string id;
  friend bool operator==(const Uid&, const Uid&) = default;
};

struct CommonDecl {
  std::string name;
  Type type;
};
struct EntityDecl {
  std::string name;
  std::vector<std::string> parents;
  Type shape{Kind::kRecord, {}, {}, {}};  // a record, or a common type that is one
  std::optional<Type> tags;
  std::vector<std::string> enum_ids;
};
struct ActionDecl {
  Uid uid;
  std::vector<Uid> groups;
  bool applies = true;
  std::vector<std::string> principals;
  std::vector<std::string> resources;
  Type context{Kind::kRecord, {}, {}, {}};
};

struct Model {
  std::vector<std::string> namespaces;  // "" is the empty one
  std::vector<CommonDecl> commons;
  std::vector<EntityDecl> entities;
  std::vector<ActionDecl> actions;

  const EntityDecl* FindEntity(const std::string& name) const;
  const ActionDecl* FindAction(const Uid& uid) const;
  // Without the name of a common type around it.
  const Type& Resolve(const Type& type) const;
  const std::vector<Field>& FieldsOf(const EntityDecl& entity) const { return Resolve(entity.shape).fields; }
};

std::string NamespaceOf(const std::string& name);
std::string BaseName(const std::string& name);

Model MakeModel(Random& random);
Type MakeType(Random& random, const Model& model, size_t depth);

// The same model in both forms.
std::string SchemaText(Random& random, const Model& model);
codec::Node SchemaJson(Random& random, const Model& model);
// The model with one thing wrong in it; most of these are refused, not all.
Model Break(Random& random, Model model);

}  // namespace hikae::differential

#endif  // HIKAE_TESTS_DIFFERENTIAL_MODEL_H_
