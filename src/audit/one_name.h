// One item under two names: rules compare items by their names, so that all that names the one comes to name the other.
#ifndef HIKAE_AUDIT_ONE_NAME_H_
#define HIKAE_AUDIT_ONE_NAME_H_

#include "audit/working_set.h"

namespace hikae::audit {

// Whatever names an item that is said to be the same as another (`Item.aliasOf`) names that other afterwards, wherever
// it stands, and what is marked on either (要配慮, 秘密情報) is marked on that other; an item whose other is itself
// another's alias, the last. Items that are each other's alias keep their
// names. Before facts are measured and before anything is released.
void CallByOneName(WorkingSet& set);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_ONE_NAME_H_
