// Expressions that are well typed for one kind of request, but for the share of them that is wrong on purpose.
#ifndef HIKAE_TESTS_DIFFERENTIAL_EXPRESSION_H_
#define HIKAE_TESTS_DIFFERENTIAL_EXPRESSION_H_

#include <map>
#include <string>
#include <vector>

#include "differential/model.h"

namespace hikae::differential {

// A kind of request, as types; `action` is nullptr where nothing applies.
struct Environment {
  std::string principal;
  const ActionDecl* action = nullptr;
  std::string resource;
};

// Ids in use, by type, so that literals and stored entities meet.
using Ids = std::map<std::string, std::vector<std::string>>;

class ExpressionMaker {
 public:
  // `wrong`: percent of the expressions that have a type at random, and of the guards that are forgotten.
  ExpressionMaker(Random& random, const Model& model, const Ids& ids, const Environment& environment, size_t wrong);

  std::string Bool(size_t depth);
  std::string Of(const Type& type, size_t depth);
  std::string EntityLiteral(const std::string& type);

 private:
  // A way to a value, and what has to be known before it may be walked.
  struct Path {
    std::string text;
    Type type;
    std::vector<std::string> guards;
  };
  void CollectPaths();
  void Extend(const Path& from);

  std::string LiteralOf(const Type& type, size_t depth);
  std::string Computed(const Type& type, size_t depth);
  std::string Comparison(size_t depth);
  std::string OfSet(size_t depth);
  std::string Membership(size_t depth);
  std::string Presence(size_t depth);
  std::string Tags(size_t depth);
  std::string Like(size_t depth);
  std::string IsType(size_t depth);
  std::string ExtensionTest(size_t depth);
  std::string Connective(size_t depth);
  std::string Guarded(size_t depth);
  std::string Constructor(const char* name, std::string text);
  std::string Wrap(std::string text);
  const Path* PathOf(const Type& type);
  // A way to an entity of any type; its type in `type`.
  std::string AnyEntity(std::string& type);
  Type AnyType(size_t depth) { return MakeType(random_, model_, depth); }
  std::string Step(const std::string& name);
  std::string Guards(const Path& path) const;
  // Members of the type, where it has any: of entities and records.
  const std::vector<Field>* FieldsOf(const Type& type) const;

  Random& random_;
  const Model& model_;
  const Ids& ids_;
  Environment environment_;
  size_t wrong_;
  std::vector<Path> paths_;
};

Environment AnyEnvironment(Random& random, const Model& model);

// A policy, or a template when slots may stand in its scope, mostly for requests of the kind given.
std::string MakePolicy(Random& random, const Model& model, const Ids& ids, const Environment& likely, bool is_template);

}  // namespace hikae::differential

#endif  // HIKAE_TESTS_DIFFERENTIAL_EXPRESSION_H_
