// The vault's part of the native module.
#ifndef HIKAE_BINDINGS_PYTHON_VAULT_H_
#define HIKAE_BINDINGS_PYTHON_VAULT_H_

#include <pybind11/pybind11.h>

#include "hikae/hikae.hpp"

// Keys and sessions as classes of the module, and what an office does with keys.
void DefineVault(pybind11::module_& module, pybind11::class_<hikae::Office>& office);
// Why a rule refused, as hikae.Decision takes it; None of any other error.
pybind11::object DecisionOf(const hikae::Error& error);

#endif  // HIKAE_BINDINGS_PYTHON_VAULT_H_
