#include "store/sqlite/sqlite_error.h"

#include <fmt/format.h>
#include <sqlite3.h>

namespace hikae::store {

using base::Error;
using base::Status;

Error SqliteError(int extended_code, const std::string& path) {
  const base::Place where = {path, 0, 0};
  const std::string code = fmt::format("code {}", extended_code);
  switch (extended_code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Error(Status::kBusy, {"another process holds the office", "別の処理が台帳を使用中である"}, where,
                   {"try again when it has finished", "その処理が終わってから再度行う"});
    case SQLITE_FULL:
      return Error(Status::kIo, {"the disk is full", "ディスクに空きがない"}, where,
                   {"nothing was changed; free some space", "何も変更していない。空きを作る"});
    case SQLITE_READONLY:
      return Error(Status::kIo, {"the office is open for reading only", "台帳は読み取り専用で開かれている"}, where,
                   {"nothing was changed; open it for writing", "何も変更していない。書き込み可能にして開く"});
    case SQLITE_IOERR:
      return Error(Status::kIo, {"the disk did not do what was asked of it", "ディスクの読み書きに失敗した"}, where,
                   {code, code});
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return Error(Status::kIo, {"the file cannot be opened", "ファイルを開けない"}, where,
                   {"check the folder and its permissions", "フォルダと権限を確かめる"});
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return Error(Status::kTampered, {"not a hikae office, or damaged", "hikae の台帳でないか、壊れている"}, where,
                   {"restore it from a backup", "控えから復元する"});
    case SQLITE_NOMEM:
      return Error(Status::kMemory, {"out of memory", "メモリが足りない"}, where);
    case SQLITE_TOOBIG:
      return Error(Status::kArgument, {"a value is too large to be stored", "値が大きすぎて保存できない"}, where);
    default:
      return Error(Status::kInternal, {"the database refused a statement", "データベースが処理を拒んだ"}, where,
                   {code, code});
  }
}

}  // namespace hikae::store
