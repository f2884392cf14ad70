// The native part of the Python package: hikae.hpp as Python objects, plain and unadorned. What a Python program sees
// is the package around it (hikae/__init__.py). The GIL is released around every call that touches the disk or judges.
#include <pybind11/functional.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <string>
#include <unordered_map>

#include "cedar.h"
#include "hikae/hikae.hpp"
#include "ledger.h"
#include "log.h"
#include "vault.h"

namespace py = pybind11;

namespace {

py::str Text(hikae_str s) { return {s.ptr == nullptr ? "" : s.ptr, s.len}; }

py::tuple Texts(const hikae_str* texts, size_t count) {
  py::tuple all(count);
  for (size_t i = 0; i < count; ++i) all[i] = Text(texts[i]);
  return all;
}

// The fields of findings, in the order of hikae._findings.Finding. What a rule says is one text for all its findings.
class FieldMaker {
 public:
  py::tuple Make(const hikae_finding& f) {
    const auto [found, added] = rules_.try_emplace(f.rule.ptr);
    RuleTexts& rule = found->second;
    if (added) {
      rule = {Text(f.rule),       Text(f.pack),      Text(f.article),
              Text(f.confidence), Text(f.title_ja),  Text(f.title_en),
              Text(f.remedy_ja),  Text(f.remedy_en), Texts(f.controls, f.control_count)};
    }
    return py::make_tuple(f.index, f.outcome, f.severity, f.moment, rule.id, rule.pack, rule.article, rule.confidence,
                          rule.title_ja, rule.title_en, rule.remedy_ja, rule.remedy_en, Known(f.handling),
                          Known(f.thing_type), Text(f.thing_id), Text(f.thing_title), Text(f.note), rule.controls,
                          Texts(f.missing, f.missing_count));
  }

 private:
  struct RuleTexts {
    py::object id, pack, article, confidence, title_ja, title_en, remedy_ja, remedy_en, controls;
  };
  py::object Known(hikae_str text) {
    const auto [found, added] = texts_.try_emplace(std::string(text.ptr, text.len));
    if (added) found->second = Text(text);
    return found->second;
  }
  std::unordered_map<const char*, RuleTexts> rules_;  // by the id of the rule, which stands once while findings live
  std::unordered_map<std::string, py::object> texts_;
};

py::list AllFields(hikae::Findings& findings) {
  py::list all;
  FieldMaker maker;
  for (const hikae_finding& finding : findings) all.append(maker.Make(finding));
  return all;
}

py::list EvidenceOf(const hikae::Findings& findings, uint64_t index) {
  py::list all;
  for (const hikae_evidence& e : findings.EvidenceOf(index)) {
    const py::object value = e.has_value != 0 ? py::object(Text(e.value)) : py::object(py::none());
    all.append(py::make_tuple(Text(e.entity), Text(e.attribute), value, Text(e.source)));
  }
  return all;
}

py::dict SummaryOf(const hikae::Findings& findings) {
  const hikae_summary s = findings.Summary();
  py::dict figures;
  figures["count"] = s.count;
  figures["met"] = s.met;
  figures["violated"] = s.violated;
  figures["not_shown"] = s.not_shown;
  figures["not_applicable"] = s.not_applicable;
  figures["excepted"] = s.excepted;
  figures["blocking"] = s.blocking;
  figures["as_of"] = Text(s.as_of);
  return figures;
}

py::list Entries(const std::vector<hikae::Entry>& entries) {
  py::list all;
  for (const hikae::Entry& e : entries) {
    py::dict entry;
    entry["id"] = e.id;
    entry["title_ja"] = e.title_ja;
    entry["title_en"] = e.title_en;
    entry["from"] = e.from;
    entry["until"] = e.until;
    entry["detail"] = e.detail;
    entry["file"] = e.place.file;
    entry["line"] = e.place.line;
    entry["column"] = e.place.column;
    entry["severity"] = e.severity;
    all.append(entry);
  }
  return all;
}

template <class Call>
auto WithoutGil(Call&& call) {
  const py::gil_scoped_release released;
  return call();
}

std::unique_ptr<hikae::Office> Open(const std::string& path, bool create, bool read_only, uint32_t busy_ms,
                                    const std::vector<std::string>& packs, const std::string& actor,
                                    const std::string& log_origin, uint32_t loss_ms, uint32_t loss_records) {
  return WithoutGil([&] {
    hikae::Office::OpenOptions options;
    options.create = create;
    options.read_only = read_only;
    options.busy_ms = busy_ms;
    if (!packs.empty()) {
      options.pack = packs.front();
      options.more_packs.assign(packs.begin() + 1, packs.end());
    }
    options.actor = actor;
    options.log_origin = log_origin;
    options.loss_ms = loss_ms;
    options.loss_records = loss_records;
    return std::make_unique<hikae::Office>(path, options);
  });
}

py::tuple Figures(const hikae::Declared& d) { return py::make_tuple(d.added, d.changed, d.unchanged); }

py::tuple Declare(hikae::Office& office, const std::vector<std::pair<std::string, py::bytes>>& given) {
  // The bytes objects are kept by `given`; their contents do not move or change while others run.
  std::vector<hikae::Document> documents;
  documents.reserve(given.size());
  for (const auto& [name, text] : given) documents.push_back({name, static_cast<std::string_view>(text)});
  return Figures(WithoutGil([&] { return office.Declare(documents); }));
}

py::tuple DeclareFiles(hikae::Office& office, const std::vector<std::string>& paths) {
  return Figures(WithoutGil([&] { return office.DeclareFiles(paths); }));
}

// Lets Ctrl-C through, then asks the caller's function, if there is one. What it raises stops the audit and is raised
// again from the call.
hikae::Progress ProgressOf(const py::object& function) {
  return [&function](uint64_t done, uint64_t total) {
    const py::gil_scoped_acquire held;
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    if (function.is_none()) return true;
    const py::object answer = function(done, total);
    return answer.is_none() || answer.cast<bool>();
  };
}

std::unique_ptr<hikae::Findings> Audit(const hikae::Office& office, const std::string& as_of, int32_t moment,
                                       const std::string& handling, const std::string& pack, bool applicable_only,
                                       const py::object& progress) {
  hikae::AuditOptions options;
  options.as_of = as_of;
  options.moment = static_cast<hikae::Moment>(moment);
  options.handling = handling;
  options.pack = pack;
  options.applicable_only = applicable_only;
  options.progress = ProgressOf(progress);
  return WithoutGil([&] { return std::make_unique<hikae::Findings>(office.Audit(options)); });
}

py::bytes Report(const hikae::Office& office, const std::string& name, const std::string& handling, int32_t format,
                 int32_t language, const std::string& as_of, const std::string& pack) {
  hikae::ReportOptions options;
  options.name = name;
  options.handling = handling;
  options.format = static_cast<hikae::Format>(format);
  options.language = static_cast<hikae::Language>(language);
  options.as_of = as_of;
  options.pack = pack;
  return WithoutGil([&] { return office.Report(options); });
}

std::string ReviewLog(hikae::Office& office, const py::dict& given) {
  hikae::log::Review review;
  const auto text = [&](const char* name) { return given[name].cast<std::string>(); };
  review.first = given["first"].cast<uint64_t>();
  review.end = given["end"].cast<uint64_t>();
  review.period = text("period");
  review.reviewed_by = text("reviewed_by");
  review.on = text("on");
  review.findings = text("findings");
  review.handling = text("handling");
  review.signed_off_by = text("signed_off_by");
  review.signed_off_on = text("signed_off_on");
  review.document = text("document");
  review.corrects = text("corrects");
  return WithoutGil([&] { return office.ReviewLog(review); });
}

// What is done to the office's access log.
void DefineLogActs(py::class_<hikae::Office>& office) {
  office.def("sign_log", [](hikae::Office& o) { return WithoutGil([&] { return o.SignLog(); }); })
      .def("change_log_key", [](hikae::Office& o) { return WithoutGil([&] { return o.ChangeLogKey(); }); })
      .def("review_log", &ReviewLog, py::arg("review"))
      .def(
          "drop_log_period",
          [](hikae::Office& o, const std::string& period, const std::string& by, const std::string& ground) {
            return WithoutGil([&] { return o.DropLogPeriod(period, by, ground); });
          },
          py::arg("period"), py::arg("by"), py::arg("ground"));
}

py::bytes Render(const hikae::Findings& findings, int32_t format, int32_t language) {
  return findings.Render(static_cast<hikae::Format>(format), static_cast<hikae::Language>(language));
}

// hikae::Error becomes the class of hikae._errors that stands for its code.
void RaiseError(const hikae::Error& e) {
  const py::object make = py::module_::import("hikae._errors").attr("make");
  const py::object error =
      make(e.status(), e.message(), e.what(hikae::Language::kEnglish), e.what(hikae::Language::kJapanese),
           e.place().file, e.place().line, e.place().column, DecisionOf(e), ProblemsOf(e));
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.ptr())), error.ptr());
}

}  // namespace

PYBIND11_MODULE(_hikae, module) {
  module.doc() = "Native part of the hikae package.";
  if (hikae_abi() != HIKAE_ABI)
    throw py::import_error("libhikae has another ABI than the one this module was built for");
  py::register_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const hikae::Error& e) {
      RaiseError(e);
    }
  });

  py::module_ cedar = module.def_submodule("cedar", "Native part of hikae.cedar.");
  DefineCedar(cedar);
  py::module_ log = module.def_submodule("log", "Native part of hikae.log.");
  DefineLog(log);

  py::class_<hikae::Findings>(module, "Findings")
      .def("fields", &AllFields)
      .def("evidence", &EvidenceOf, py::arg("index"))
      .def(
          "explain",
          [](const hikae::Findings& findings, uint64_t index, int32_t language) {
            return findings.Explain(index, static_cast<hikae::Language>(language));
          },
          py::arg("index"), py::arg("language"))
      .def("summary", &SummaryOf)
      .def("render", &Render, py::arg("format"), py::arg("language"));
  py::class_<hikae::Office> office(module, "Office");
  office
      .def(py::init(&Open), py::arg("path"), py::arg("create"), py::arg("read_only"), py::arg("busy_ms"),
           py::arg("packs"), py::arg("actor"), py::arg("log_origin"), py::arg("loss_ms"), py::arg("loss_records"))
      .def("close", [](hikae::Office& office) { WithoutGil([&] { office.Close(); }); })
      .def("declare", &Declare, py::arg("documents"))
      .def("declare_files", &DeclareFiles, py::arg("paths"))
      .def("packs", [](const hikae::Office& office) { return Entries(WithoutGil([&] { return office.Packs(); })); })
      .def(
          "add_pack", [](hikae::Office& office, const std::string& pack) { WithoutGil([&] { office.AddPack(pack); }); },
          py::arg("pack"))
      .def(
          "remove_pack",
          [](hikae::Office& office, const std::string& id) { WithoutGil([&] { office.RemovePack(id); }); },
          py::arg("id"))
      .def("ledgers", [](const hikae::Office& office) { return Entries(WithoutGil([&] { return office.Ledgers(); })); })
      .def(
          "handlings",
          [](const hikae::Office& office, const std::string& as_of) {
            return Entries(WithoutGil([&] { return office.Handlings(as_of); }));
          },
          py::arg("as_of"))
      .def("audit", &Audit, py::arg("as_of"), py::arg("moment"), py::arg("handling"), py::arg("pack"),
           py::arg("applicable_only"), py::arg("progress"))
      .def("report", &Report, py::arg("name"), py::arg("handling"), py::arg("format"), py::arg("language"),
           py::arg("as_of"), py::arg("pack"));
  DefineLogActs(office);
  DefineLedgers(office);
  DefineVault(module, office);
  module.def("version", [] { return Text(hikae_version()); });
  module.def(
      "status_name", [](int32_t status) { return Text(hikae_status_name(status)); }, py::arg("status"));
  module.def("reports", [] { return Entries(hikae::Reports()); });
  module.def("packs", [] { return Entries(WithoutGil(hikae::Packs)); });
  module.def(
      "lint", [](const std::string& pack) { return Entries(WithoutGil([&] { return hikae::LintPack(pack); })); },
      py::arg("pack"));
  module.def(
      "pack_coverage",
      [](const std::string& pack, int32_t format, int32_t language) {
        return py::bytes(WithoutGil([&] {
          return hikae::PackCoverage(pack, static_cast<hikae::Format>(format), static_cast<hikae::Language>(language));
        }));
      },
      py::arg("pack"), py::arg("format"), py::arg("language"));
  module.def(
      "show_pack",
      [](const std::string& pack, int32_t format, int32_t language) {
        return py::bytes(WithoutGil([&] {
          return hikae::ShowPack(pack, static_cast<hikae::Format>(format), static_cast<hikae::Language>(language));
        }));
      },
      py::arg("pack"), py::arg("format"), py::arg("language"));
}
