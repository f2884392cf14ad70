// Whatever rows are appended to a ledger: no crash; refused means nothing recorded and a message in both languages;
// accepted means that a list shows them all. A text that begins with a bracket is JSON, any other a table.
#include "registry/ledger.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "places.h"
#include "store/database.h"

using namespace hikae;

namespace {

constexpr registry::Micros kNow = 1'625'108'400'000'000;
constexpr char kGiven[] =
    "hikae: declaration/1\nvalid_from: 2021-05-06\nStaff: { a: {}, b: {} }\nThing: { x: {}, y: {} }\nContract: { c: {} "
    "}\n";

struct Office {
  std::string path = std::filesystem::temp_directory_path() / ("hikae-fuzz-ledger-" + std::to_string(getpid()) + ".db");
  std::shared_ptr<store::Database> database;
  std::unique_ptr<registry::Registry> registry;
  ~Office() { Remove(); }
  void Remove() {
    registry.reset(), database.reset();
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
  }
  void Fresh(const cedar::Schema& schema) {
    Remove();
    auto opened = store::Database::Open(path, {.create = true});
    if (!opened.ok()) std::abort();
    database = *opened;
    registry = *registry::Registry::Open(database, schema);
    if (!registry->Declare({{"given.yaml", kGiven}}, kNow).ok()) std::abort();
  }
};

cedar::Schema LedgerSchema() {
  std::ifstream file(hikae::test::SourceDir() + "/tests/registry/ledger.cedarschema");
  auto schema = cedar::Schema::Parse({{"ledger", std::string{std::istreambuf_iterator<char>(file), {}}}});
  if (!schema.ok()) std::abort();
  return *schema;
}

size_t Rows(const registry::Registry& registry) {
  registry::LedgerQuery query;
  query.type = "Handover";
  query.all = true;
  const auto lines = registry.ledgers().List(query);
  if (!lines.ok()) std::abort();
  return lines->size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const cedar::Schema kSchema = LedgerSchema();
  static Office office;
  if (size == 0) return 0;
  if (!office.registry) office.Fresh(kSchema);
  registry::LedgerRows rows;
  rows.type = "Handover";
  rows.owner = "c";
  rows.document = {data[0] == '{' || data[0] == '[' ? "f.json" : "f.csv", {reinterpret_cast<const char*>(data), size}};
  const size_t before = Rows(*office.registry);
  registry::Problems problems;
  const auto appended = office.registry->ledgers().Append(rows, kNow, problems);
  if (!appended.ok()) {
    for (const base::Error& problem : problems.all()) {
      if (problem.text.ja.empty() || problem.where.line == 0) std::abort();
    }
    if (appended.error().text.ja.empty() || appended.error().status == base::Status::kInternal) std::abort();
    if (Rows(*office.registry) != before) std::abort();
    return 0;
  }
  if (appended->added == 0 || Rows(*office.registry) != before + appended->added) std::abort();
  office.Fresh(kSchema);
  return 0;
}
