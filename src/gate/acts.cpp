#include "gate/acts.h"

#include <array>

namespace hikae::gate {
namespace {

using log::EntryType;

struct ActRow {
  Act act;
  const char* name;
  const char* ja;
  EntryType entry;
};
constexpr std::array<ActRow, 12> kActs = {{
    {Act::kLogin, "login", "ログイン", EntryType::kSessionBegun},
    {Act::kLogout, "logout", "ログアウト", EntryType::kSessionEnded},
    {Act::kRead, "read", "閲覧", EntryType::kRead},
    {Act::kWrite, "write", "記録", EntryType::kWriteIntended},
    {Act::kSearch, "search", "検索", EntryType::kSearched},
    {Act::kPrint, "print", "印刷", EntryType::kPrinted},
    {Act::kExport, "export", "媒体への書出し", EntryType::kExported},
    {Act::kTransfer, "transfer", "転記・送信", EntryType::kTransferred},
    {Act::kCollect, "collect", "収集", EntryType::kCollectionIntended},
    {Act::kProvide, "provide", "提供", EntryType::kProvided},
    {Act::kErase, "erase", "消去", EntryType::kErased},
    {Act::kAdminister, "administer", "管理", EntryType::kAdministered},
}};

const ActRow& RowOf(Act act) { return kActs[static_cast<size_t>(act)]; }

}  // namespace

const char* Name(Act act) { return RowOf(act).name; }
base::Text Label(Act act) { return {RowOf(act).name, RowOf(act).ja}; }
EntryType EntryTypeOf(Act act) { return RowOf(act).entry; }

std::optional<Act> ActOf(std::string_view name) {
  for (const ActRow& row : kActs) {
    if (row.name == name || row.ja == name) return row.act;
  }
  return std::nullopt;
}

bool IsOfHandling(Act act) { return act == Act::kLogin || act == Act::kLogout || act == Act::kAdminister; }

bool IsRelease(Act act) {
  return act == Act::kRead || act == Act::kPrint || act == Act::kExport || act == Act::kTransfer ||
         act == Act::kProvide;
}

const char* Name(View view) {
  switch (view) {
    case View::kMasked:
      return "masked";
    case View::kPresence:
      return "presence";
    case View::kWhole:
    case View::kWidest:
      return "whole";
  }
  return "whole";
}

}  // namespace hikae::gate
