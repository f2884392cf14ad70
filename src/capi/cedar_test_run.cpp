#include "capi/cedar_handles.h"
#include "capi/list.h"
#include "cedar/conformance/run_test.h"

using namespace hikae;
using namespace hikae::capi;

namespace {

hikae_list::Entry EntryOf(const cedar::Mismatch& mismatch) {
  hikae_list::Entry entry;
  entry.id = mismatch.what;
  entry.title_en = "expected " + mismatch.expected + "; got " + mismatch.got;
  entry.title_ja = "期待 " + mismatch.expected + "。実際 " + mismatch.got;
  entry.detail = mismatch.description;
  entry.file = mismatch.where.file;
  entry.line = mismatch.where.line;
  entry.column = mismatch.where.column;
  entry.severity = HIKAE_ERROR;
  return entry;
}

// The caller's files, through its function.
cedar::FileReader Files(hikae_cedar_file_fn file, void* ctx) {
  return [file, ctx](const std::string& path) -> base::Result<std::string_view> {
    hikae_str text = {nullptr, 0};
    if (file(ctx, View(path), &text) != 0)
      return base::Error(base::Status::kStopped,
                         base::Text{"the file callback stopped the call", "読み込みが中断されました"});
    if (text.ptr == nullptr)
      return base::Error(base::Status::kNotFound, {"no such file", "ファイルがありません"}, {path, 0, 0});
    return std::string_view(text.ptr, text.len);
  };
}

}  // namespace

extern "C" hikae_status hikae_cedar_test_run(const hikae_document* test, hikae_cedar_file_fn file, void* ctx,
                                             hikae_list** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    const Given given = DocumentOf(Checked(test, "test"), HIKAE_CEDAR_JSON);
    if (file == nullptr) FailArgument("the file callback must not be NULL");
    auto list = std::make_unique<hikae_list>();
    for (const cedar::Mismatch& mismatch : Unwrap(cedar::RunTest(ReadTree(given), given.name, Files(file, ctx))))
      list->entries.push_back(EntryOf(mismatch));
    *out = list.release();
    return HIKAE_OK;
  });
}
