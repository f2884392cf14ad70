#include "changes/office.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "cedar/schema/schema.h"
#include "places.h"
#include "store/database.h"

namespace hikae::changes {
namespace {

base::Result<cedar::Schema> ReadSchema() {
  std::vector<cedar::SourceText> texts;
  for (const char* name : {"core.cedarschema", "edogawa-2021/schema.cedarschema"}) {
    HIKAE_TRY(std::string text, ReadFile(hikae::test::SourceDir() + "/src/packs/" + name));
    texts.push_back({name, std::move(text)});
  }
  return cedar::Schema::Parse(texts);
}

}  // namespace

base::Result<std::string> ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return base::Error(base::Status::kNotFound, path + ": cannot be read");
  return std::string(std::istreambuf_iterator<char>(in), {});
}

base::Result<std::unique_ptr<TemporaryOffice>> TemporaryOffice::Create() {
  static const base::Result<cedar::Schema> schema = ReadSchema();  // parsed once: the tests open many
  if (!schema.ok()) return schema.error();
  return Create(*schema);
}

base::Result<std::unique_ptr<TemporaryOffice>> TemporaryOffice::Create(const cedar::Schema& schema) {
  std::string folder = (std::filesystem::temp_directory_path() / "hikae-papers-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return base::Error(base::Status::kIo, folder + ": cannot be made");
  std::unique_ptr<TemporaryOffice> office(new TemporaryOffice(folder));
  store::OpenOptions options;
  options.create = true;
  HIKAE_TRY(auto database, store::Database::Open(folder + "/office.db", options));
  HIKAE_TRY(office->registry_, registry::Registry::Open(std::move(database), schema));
  return office;
}

TemporaryOffice::~TemporaryOffice() {
  registry_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace hikae::changes
