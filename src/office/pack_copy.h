// The office's own copies of packs that were given as folders: rows are typed by them, so they must not change under
// it.
#ifndef HIKAE_OFFICE_PACK_COPY_H_
#define HIKAE_OFFICE_PACK_COPY_H_

#include <string>

#include "audit/pack.h"
#include "base/error.h"
#include "office/directory.h"

namespace hikae::office {

// Of a pack that was given as a folder: below `packs/` of the office the pack, and those it is laid over as far as they
// are not built in; each there whole or not at all. What an attempt before left is replaced. `others`: there are packs
// that may have copies. Of one that is built in: no copy. kRules: it was written over another core than the copies that
// are there; kIo.
base::Result<void> KeepCopy(const Directory& directory, const std::string& id_or_folder, const audit::Pack& pack,
                            bool others);

// Takes the copy away, where there is one. What cannot be taken away does no harm: the marker does not name it.
void DropCopy(const Directory& directory, const std::string& id);

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_PACK_COPY_H_
