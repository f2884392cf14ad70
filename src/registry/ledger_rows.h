// Rows of a ledger as a document gives them: a CSV table, or JSON; each value at its attribute, still as written.
#ifndef HIKAE_REGISTRY_LEDGER_ROWS_H_
#define HIKAE_REGISTRY_LEDGER_ROWS_H_

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "cedar/schema/schema.h"
#include "codec/node.h"
#include "registry/paper.h"
#include "registry/problems.h"
#include "registry/registry.h"

namespace hikae::registry {

struct GivenRow {
  codec::Mark mark;
  std::string id;  // as given; "" = none
  codec::Mark id_mark;
  std::optional<Day> valid_from;
  std::optional<Day> valid_until;
  struct Cell {
    const cedar::Attribute* attribute;
    codec::Mark mark;
    codec::Node value;
  };
  std::vector<Cell> cells;
  codec::Node tags = codec::Node::Map();
  codec::Mark tags_mark;
  std::vector<std::string> dropped;  // emptied: an empty cell, or null; tags as tags.NAME
};

// How a document of rows is read.
struct RowForm {
  const cedar::EntityType* type;
  const cedar::Attribute* owner = nullptr;  // said of all the rows; a row may not say it
  bool complete = true;                     // a CSV table must have a column for every required attribute
};

// A name ending in .csv is read as CSV: the first record names attributes, by their Japanese or English name or as the
// schema does, その他:NAME is a tag; records of nothing but empty cells are passed over. Any other is JSON: a map, or a
// list of maps. Errors: of the text as a whole. What is wrong with names and days is put into `problems`.
base::Result<std::vector<GivenRow>> ReadRows(const Document& document, const RowForm& form, Problems& problems);

bool IsCsv(const Document& document);

}  // namespace hikae::registry

#endif  // HIKAE_REGISTRY_LEDGER_ROWS_H_
