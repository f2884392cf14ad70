// The policy engine's part of the native module.
#ifndef HIKAE_BINDINGS_PYTHON_CEDAR_H_
#define HIKAE_BINDINGS_PYTHON_CEDAR_H_

#include <pybind11/pybind11.h>

void DefineCedar(pybind11::module_& module);

#endif  // HIKAE_BINDINGS_PYTHON_CEDAR_H_
