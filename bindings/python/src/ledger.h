// Rows of ledgers, for the Python package.
#ifndef HIKAE_PYTHON_LEDGER_H_
#define HIKAE_PYTHON_LEDGER_H_

#include <pybind11/pybind11.h>

#include "hikae/hikae.hpp"

void DefineLedgers(pybind11::class_<hikae::Office>& office);
// (Japanese, English, file, line, column) of each thing that an error stands for.
pybind11::list ProblemsOf(const hikae::Error& error);

#endif  // HIKAE_PYTHON_LEDGER_H_
