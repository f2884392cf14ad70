// The access log's part of the native module.
#ifndef HIKAE_BINDINGS_PYTHON_LOG_H_
#define HIKAE_BINDINGS_PYTHON_LOG_H_

#include <pybind11/pybind11.h>

void DefineLog(pybind11::module_& module);

#endif  // HIKAE_BINDINGS_PYTHON_LOG_H_
