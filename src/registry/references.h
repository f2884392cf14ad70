// Which entity a bare id means: looked up among what the same call states and what is registered.
#ifndef HIKAE_REGISTRY_REFERENCES_H_
#define HIKAE_REGISTRY_REFERENCES_H_

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "cedar/schema/schema.h"
#include "codec/node.h"
#include "registry/paper.h"
#include "registry/word_of.h"
#include "store/registry_tables.h"

namespace hikae::registry {

// For one call of declare, within its transaction. Remembers what it asked the tables.
class References {
 public:
  References(const cedar::Schema& schema, const store::RegistryTables& tables) : schema_(schema), tables_(tables) {}

  // Members of enumerations may be named by their words, too.
  void Know(WordOf word_of) { word_of_ = std::move(word_of); }
  // Every entity of the call first. An error when one is stated twice.
  base::Result<void> Add(const Stated& stated);

  // The entity that `node` names, of one of `types`, as written within `from`. `scopes`: ids whose parts are looked at
  // first, the nearest owner first.
  base::Result<cedar::EntityUid> Resolve(const codec::Node& node, const std::vector<std::string>& types,
                                         const Stated& from, const std::vector<std::string>& scopes);

 private:
  struct Key {
    std::string type;
    std::string id;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    size_t operator()(const Key& key) const {
      return std::hash<std::string>()(key.type) * 31 + std::hash<std::string>()(key.id);
    }
  };
  struct Origin {
    const std::string* file;
    codec::Mark mark;
  };
  // The members of an enumeration that are called so, by id or by word.
  std::vector<cedar::EntityUid> Members(const cedar::EntityType& type, const std::string& text) const;
  base::Result<bool> Exists(const std::string& type, const std::string& id);
  base::Result<cedar::EntityUid> ResolveQualified(const codec::Node& node, const cedar::EntityUid& uid,
                                                  const std::vector<std::string>& types, const Stated& from);
  // Always an error.
  base::Text Called(const std::vector<std::string>& types) const;
  bool ArePersons(const std::vector<std::string>& types) const;
  base::Result<cedar::EntityUid> Unknown(const codec::Node& node, const std::string& id,
                                         const std::vector<std::string>& types, const Stated& from,
                                         const std::vector<std::string>& scopes);

  const cedar::Schema& schema_;
  const store::RegistryTables& tables_;
  WordOf word_of_;
  std::unordered_map<Key, Origin, Hash> stated_;
  std::unordered_map<Key, bool, Hash> registered_;
};

// Type::"id" taken apart; nothing when the text is not in that form.
std::optional<cedar::EntityUid> ReadQualifiedId(std::string_view text);

// The ids whose parts a name in the entity may mean, the nearest first: itself, its owner, the owner's owner …
std::vector<std::string> ScopesOf(std::string_view id);

}  // namespace hikae::registry

#endif  // HIKAE_REGISTRY_REFERENCES_H_
