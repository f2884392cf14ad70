// Whatever document is declared: no crash; refused means nothing recorded; accepted means that declaring it again
// changes nothing and that the day it holds from can be read. The first byte chooses YAML or JSON.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "places.h"
#include "registry/registry.h"
#include "store/database.h"

using namespace hikae;

namespace {

struct Office {
  std::string path = std::filesystem::temp_directory_path() / ("hikae-fuzz-" + std::to_string(getpid()) + ".db");
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
  }
};

cedar::Schema Small() {
  std::ifstream file(hikae::test::SourceDir() + "/tests/registry/small.cedarschema");
  auto schema = cedar::Schema::Parse({{"small", std::string{std::istreambuf_iterator<char>(file), {}}}});
  if (!schema.ok()) std::abort();
  return *schema;
}

size_t Rows(const registry::Registry& registry) {
  const auto all = registry.AsOf(INT32_MAX);
  if (!all.ok()) std::abort();
  return (*all)->rows().size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const cedar::Schema kSchema = Small();
  static Office office;
  if (size == 0) return 0;
  if (!office.registry) office.Fresh(kSchema);
  const registry::Document document = {data[0] == '{' ? "f.json" : "f.yaml",
                                       {reinterpret_cast<const char*>(data), size}};
  const size_t before = Rows(*office.registry);
  const auto declared = office.registry->Declare({document}, 1'620'259'200'000'000);
  if (!declared.ok()) {
    if (declared.error().text.ja.empty() || declared.error().status == base::Status::kInternal) std::abort();
    if (Rows(*office.registry) != before) std::abort();
    return 0;
  }
  const auto again = office.registry->Declare({document}, 1'620'259'200'000'000);
  if (!again.ok() || again->added + again->changed != 0) std::abort();
  // A new database only after something was recorded: making one costs more than the rest.
  office.Fresh(kSchema);
  return 0;
}
