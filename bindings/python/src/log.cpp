// The native part of hikae.log: log.hpp as Python objects, plain and unadorned. The GIL is released around everything
// that reads the disk or hashes.
#include "log.h"

#include <pybind11/stl.h>

#include "hikae/log.hpp"

namespace py = pybind11;

namespace {

using namespace hikae::log;
using hikae::View;

template <class Call>
auto WithoutGil(Call&& call) {
  const py::gil_scoped_release released;
  return call();
}

py::str Text(hikae_str text) { return {text.ptr == nullptr ? "" : text.ptr, text.len}; }
py::object Maybe(hikae_str text) { return text.len == 0 ? py::object(py::none()) : py::object(Text(text)); }
py::object Number(bool has, uint64_t value) { return has ? py::object(py::int_(value)) : py::object(py::none()); }

// Lets Ctrl-C through, then asks the caller's function, if there is one.
Progress ProgressOf(const py::object& function) {
  return [function](uint64_t done, uint64_t total) {
    const py::gil_scoped_acquire held;
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    if (function.is_none()) return true;
    const py::object answer = function(done, total);
    return answer.is_none() || answer.cast<bool>();
  };
}

py::tuple Texts(const hikae_str* texts, size_t count) {
  py::tuple all(count);
  for (size_t i = 0; i < count; ++i) all[i] = Text(texts[i]);
  return all;
}

// The fields in the order of hikae.log.LogEntry.
py::tuple Fields(const hikae_log_entry& e) {
  const auto has = [&](uint32_t flag) { return (e.has & flag) != 0; };
  return py::make_tuple(Text(e.period), e.index, e.foreign != 0 ? py::object(py::none()) : py::object(py::int_(e.time)),
                        e.type, Text(e.type_en), Text(e.type_ja), Maybe(e.actor), Maybe(e.subject), Maybe(e.record),
                        Maybe(e.handling), Maybe(e.ground), Maybe(e.file), Texts(e.items, e.item_count), e.decision,
                        Texts(e.rules, e.rule_count), Number(has(HIKAE_LOG_HAS_COUNT), e.count),
                        Number(has(HIKAE_LOG_HAS_INTENT), e.intent), e.outcome, Maybe(e.thing), Maybe(e.digest),
                        Maybe(e.detail), Number(has(HIKAE_LOG_HAS_KEY_VERSION), e.key_version), Maybe(e.origin),
                        Maybe(e.previous), Maybe(e.key), Number(has(HIKAE_LOG_HAS_LOSS), e.loss_ms),
                        Number(has(HIKAE_LOG_HAS_LOSS), e.loss_records),
                        Number(has(HIKAE_LOG_HAS_RANGE_END), e.range_end), Maybe(e.actor_id), Maybe(e.subject_id),
                        Maybe(e.plain), py::bytes(reinterpret_cast<const char*>(e.leaf), e.leaf_len),
                        py::bytes(reinterpret_cast<const char*>(e.sealed), e.sealed_len));
}

struct Cursor {
  Entries entries;
  // None past the last.
  py::object Next(uint64_t most) {
    if (!WithoutGil([&] { return entries.Next(most); })) return py::none();
    py::list batch;
    for (uint64_t i = 0; i < entries.size(); ++i) batch.append(Fields(entries[i]));
    return batch;
  }
};

Query QueryOf(const py::dict& given, const py::object& progress) {
  Query query;
  const auto get = [&](const char* name, auto& into) {
    if (given.contains(name)) into = given[name].cast<std::decay_t<decltype(into)>>();
  };
  get("with_details", query.with_details);
  get("with_names", query.with_names);
  get("opened", query.opened);
  get("decision", query.decision);
  get("period", query.period);
  get("since", query.since);
  get("until", query.until);
  get("types", query.types);
  get("actor", query.actor);
  get("subject", query.subject);
  get("actor_id", query.actor_id);
  get("subject_id", query.subject_id);
  get("handling", query.handling);
  get("first", query.first);
  get("end", query.end);
  get("last", query.last);
  query.progress = ProgressOf(progress);
  return query;
}

ProofOptions ProofOf(const std::string& period, uint64_t size, const std::string& tiles, const std::string& policy,
                     const py::object& progress) {
  return {period, size, tiles, policy, ProgressOf(progress)};
}

py::dict VerdictOf(const Verdict& verdict) {
  const hikae_log_judged judged = verdict.Judged();
  py::list periods, findings;
  for (const hikae_log_period& p : verdict.Periods())
    periods.append(py::make_tuple(Text(p.name), Text(p.origin), Text(p.root), p.entries, p.details, p.checkpoints,
                                  p.cosignatures, p.keys, p.signed_until, p.witnessed_until, p.anchored_until, p.losses,
                                  p.dropped != 0));
  for (const hikae_log_finding& f : verdict.Findings())
    findings.append(py::make_tuple(f.fault, Text(f.period), f.first, f.last, Text(f.text_en), Text(f.text_ja)));
  const auto lines = [&](Lines kind) {
    py::list all;
    for (const hikae::Entry& line : verdict.Text(kind)) all.append(py::make_tuple(line.title_en, line.title_ja));
    return all;
  };
  py::dict out;
  out["key_trusted"] = judged.key_trusted != 0;
  out["unlisted_findings"] = judged.unlisted_findings;
  out["entries"] = judged.entries;
  out["periods"] = periods;
  out["findings"] = findings;
  out["checked"] = lines(Lines::kChecked);
  out["not_checked"] = lines(Lines::kNotChecked);
  out["only_from_outside"] = lines(Lines::kOnlyFromOutside);
  return out;
}

py::dict Verify(const Log& log, uint32_t threads, const std::string& period, const std::vector<std::string>& keys,
                const std::vector<std::string>& anchors, const std::string& policy, const py::object& progress) {
  const VerifyOptions options{threads, period, keys, anchors, policy, ProgressOf(progress)};
  const Verdict verdict = WithoutGil([&] { return log.Verify(options); });
  return VerdictOf(verdict);
}

void DefineLogClass(py::module_& module) {
  py::class_<Cursor>(module, "Cursor").def("next", &Cursor::Next, py::arg("most"));
  py::class_<Log>(module, "Log")
      .def(py::init([](const std::string& path) { return WithoutGil([&] { return std::make_unique<Log>(path); }); }),
           py::arg("path"))
      .def("periods",
           [](const Log& log) {
             py::list all;
             for (const hikae::Entry& p : WithoutGil([&] { return log.Periods(); }))
               all.append(py::make_tuple(p.id, p.detail));
             return all;
           })
      .def("keys",
           [](const Log& log, const std::string& period) {
             py::list all;
             for (const hikae::Entry& key : WithoutGil([&] { return log.Keys(period); })) all.append(key.id);
             return all;
           })
      .def("verify", &Verify)
      .def(
          "entries",
          [](const Log& log, const py::dict& query, const py::object& progress) {
            Query q = QueryOf(query, progress);
            return WithoutGil([&] { return std::make_unique<Cursor>(Cursor{log.Read(std::move(q))}); });
          },
          py::keep_alive<0, 1>())
      .def("checkpoint",
           [](const Log& log, const std::string& period, uint64_t size) {
             ProofOptions options;
             options.period = period;
             options.size = size;
             return WithoutGil([&] { return log.Checkpoint(options); });
           })
      .def("prove",
           [](const Log& log, uint64_t index, const std::string& period, uint64_t size, const std::string& tiles,
              const std::string& policy, const py::object& progress) {
             const ProofOptions options = ProofOf(period, size, tiles, policy, progress);
             const Proven proven = WithoutGil([&] { return log.Prove(index, options); });
             return py::make_tuple(proven.bundle, py::bytes(proven.leaf));
           })
      .def("prove_growth",
           [](const Log& log, uint64_t old_size, const std::string& period, uint64_t size, const std::string& tiles,
              const std::string& policy, const py::object& progress) {
             const ProofOptions options = ProofOf(period, size, tiles, policy, progress);
             return WithoutGil([&] { return log.ProveGrowth(old_size, options); });
           })
      .def("export",
           [](const Log& log, const std::string& directory, const std::string& period, uint64_t size,
              const std::string& policy, const py::object& progress) {
             const ProofOptions options = ProofOf(period, size, {}, policy, progress);
             WithoutGil([&] { log.Export(directory, options); });
           })
      .def("anchor",
           [](const Log& log, const std::string& file, const std::string& policy, const py::object& progress) {
             const ProofOptions options = ProofOf({}, 0, {}, policy, progress);
             const hikae_log_compared c = WithoutGil([&] { return log.Anchor(file, options); });
             return py::make_tuple(c.stands, c.kept_size, c.size);
           })
      .def("request",
           [](const Log& log, const std::string& witness, uint64_t old_size, const std::string& period,
              const py::object& progress) {
             const ProofOptions options = ProofOf(period, 0, {}, {}, progress);
             const Request r = WithoutGil([&] { return log.RequestOf(witness, old_size, options); });
             return py::make_tuple(r.request, r.key_change, r.more);
           })
      .def("attach", [](const Log& log, const std::string& answer, const std::vector<std::string>& keys) {
        return WithoutGil([&] { return log.Attach(answer, keys); });
      });
}

}  // namespace

void DefineLog(py::module_& module) {
  DefineLogClass(module);
  module.def("head", [](const std::string& note) {
    const Head head = ReadHead(note);
    return py::make_tuple(head.origin, head.size, py::bytes(head.root), head.signature_count);
  });
  module.def("policy", &PolicyOf);
  module.def("check_proof", [](const std::string& bundle, const std::string& leaf, const std::string& policy) {
    const Shown shown = CheckProof(bundle, leaf, policy);
    py::list witnesses;
    for (const hikae::Entry& w : shown.witnesses) witnesses.append(py::make_tuple(w.id, std::stoull(w.detail)));
    return py::make_tuple(shown.index, shown.size, py::bytes(shown.root), shown.origin, witnesses);
  });
  module.def("check_growth", [](const std::string& older, const std::string& newer, const std::string& proof) {
    CheckGrowth(older, newer, proof);
  });
  module.def("make_witness_key", &MakeWitnessKey);
  module.def("read_witness_key", &ReadWitnessKey);
  module.def("make_witness", &MakeWitness);
  module.def("cosign",
             [](const std::string& state, const std::string& key, const std::string& request, uint64_t seconds) {
               const WitnessAnswer a = WithoutGil([&] { return Cosign(state, key, request, seconds); });
               return py::make_tuple(a.answer, a.known_size, a.note);
             });
  module.def("follow_key", &FollowKey);
}
