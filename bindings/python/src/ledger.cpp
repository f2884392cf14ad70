#include "ledger.h"

#include <pybind11/stl.h>

namespace py = pybind11;

namespace {

template <class Call>
auto WithoutGil(Call&& call) {
  const py::gil_scoped_release released;
  return call();
}

std::vector<std::string> Append(hikae::Office& office, const std::string& type, const std::string& owner,
                                const std::string& by, const std::string& valid_from, bool once,
                                const std::string& name, const py::bytes& text) {
  const auto given = static_cast<std::string_view>(text);  // kept by `text`, and never changed
  return WithoutGil([&] { return office.AppendRows({type, owner, by, valid_from, once}, {name, given}); });
}

std::vector<std::string> Import(hikae::Office& office, const std::string& type, const std::string& owner,
                                const std::string& by, const std::string& valid_from, bool once,
                                const std::string& path) {
  return WithoutGil([&] { return office.ImportRows({type, owner, by, valid_from, once}, path); });
}

std::string Correct(hikae::Office& office, const std::string& type, const std::string& by,
                    const std::string& valid_from, const std::string& id, const std::string& reason,
                    const std::string& name, const py::bytes& text) {
  const auto given = static_cast<std::string_view>(text);
  return WithoutGil([&] { return office.CorrectRow({type, {}, by, valid_from, false}, id, reason, {name, given}); });
}

py::bytes List(const hikae::Office& office, const std::string& type, const std::string& owner, const std::string& since,
               const std::string& until, bool all, int32_t format, int32_t language) {
  return WithoutGil([&] {
    hikae::LedgerQuery query;
    query.type = type;
    query.owner = owner;
    query.from = since;
    query.until = until;
    query.all = all;
    query.format = static_cast<hikae::Format>(format);
    query.language = static_cast<hikae::Language>(language);
    return office.ListRows(query);
  });
}

}  // namespace

void DefineLedgers(py::class_<hikae::Office>& office) {
  office
      .def("append_rows", &Append, py::arg("type"), py::arg("owner"), py::arg("by"), py::arg("valid_from"),
           py::arg("once"), py::arg("name"), py::arg("text"))
      .def("import_rows", &Import, py::arg("type"), py::arg("owner"), py::arg("by"), py::arg("valid_from"),
           py::arg("once"), py::arg("path"))
      .def("correct_row", &Correct, py::arg("type"), py::arg("by"), py::arg("valid_from"), py::arg("id"),
           py::arg("reason"), py::arg("name"), py::arg("text"))
      .def("list_rows", &List, py::arg("type"), py::arg("owner"), py::arg("since"), py::arg("until"), py::arg("all"),
           py::arg("format"), py::arg("language"));
}

py::list ProblemsOf(const hikae::Error& error) {
  py::list all;
  for (const hikae::Entry& problem : hikae::Problems(error)) {
    all.append(py::make_tuple(problem.title_ja, problem.title_en, problem.place.file, problem.place.line,
                              problem.place.column));
  }
  return all;
}
