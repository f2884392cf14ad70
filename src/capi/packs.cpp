// The packs of an office: listed, added, removed.
#include "capi/boundary.h"
#include "capi/handles.h"

using namespace hikae;
using namespace hikae::capi;

extern "C" {

hikae_status hikae_office_packs_list(hikae_office* o, hikae_list** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    hikae_office& office = Checked(o, "office");
    auto list = std::make_unique<hikae_list>();
    for (const auto& pack : Unwrap(office.impl->Packs())) {
      hikae_list::Entry entry = EntryOf(*pack);
      entry.detail = pack->digest;
      list->entries.push_back(std::move(entry));
    }
    *out = list.release();
    return HIKAE_OK;
  });
}

hikae_status hikae_office_pack_add(hikae_office* o, hikae_str pack, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    hikae_office& office = Checked(o, "office");
    Unwrap(office.impl->AddPack(Path(pack, "pack")));
    return HIKAE_OK;
  });
}

hikae_status hikae_office_pack_remove(hikae_office* o, hikae_str id, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    hikae_office& office = Checked(o, "office");
    Unwrap(office.impl->RemovePack(Path(id, "id")));
    return HIKAE_OK;
  });
}

}  // extern "C"
