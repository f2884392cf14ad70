// A document taken apart: its head, and the entities it states, each still as written. No value is read yet.
#ifndef HIKAE_REGISTRY_PAPER_H_
#define HIKAE_REGISTRY_PAPER_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cedar/schema/schema.h"
#include "codec/node.h"
#include "registry/registry.h"

namespace hikae::registry {

// When and by whom something is stated. An entity inherits it from its document or its owner.
struct Validity {
  Day from = 0;
  std::optional<Day> until;
};

struct Field {
  const cedar::Attribute* attribute;
  const codec::Node* value;
  codec::Mark mark;  // of the key
};

// One entity as a document states it. Points into the paper's tree and the schema, which must outlive it.
struct Stated {
  cedar::EntityUid uid;
  const cedar::EntityType* type = nullptr;
  const std::string* file = nullptr;
  codec::Mark mark;
  Validity valid;
  std::optional<cedar::EntityUid> owner;              // the entity it stands in, when it is a part
  const cedar::Attribute* owner_attribute = nullptr;  // where that is filled in
  std::vector<Field> fields;
  const codec::Node* parents = nullptr;  // below `in`
  const codec::Node* tags = nullptr;
  codec::Mark tags_mark;
  std::map<std::string, Gap> part_gaps;  // headings of parts with nothing under them
  std::map<std::string, uint32_t> lines;
  // Of a correction: the row whose values stand where this says nothing, what is dropped of them (tags as tags.NAME),
  // and why.
  const Row* carried = nullptr;
  std::vector<std::string> dropped;
  std::optional<cedar::EntityUid> corrects;
  std::string reason;
};

struct Paper {
  std::string file;
  codec::Node root;
  Validity valid;
  std::string by;
  std::string pack;  // whose schema it is written for; "" when it does not say
  codec::Mark pack_mark;
  std::vector<Stated> entities;  // in the order of the text, an owner before its parts
};

// The gap a node stands for, if it does: !blank, !none, !unknown, {"hikae": "blank"}. A tag that is none of them, or
// has something under it, is an error.
base::Result<std::optional<Gap>> ReadGap(const codec::Node& node, const std::string& file);

// Reads the text and takes it apart. `today` is from when it holds if it does not say.
base::Result<std::unique_ptr<Paper>> ReadPaper(const Document& document, const cedar::Schema& schema, Day today);

}  // namespace hikae::registry

#endif  // HIKAE_REGISTRY_PAPER_H_
