// The native part of keys, sessions and records: vault.hpp as Python objects, plain and unadorned. The GIL is released
// around everything that reads the disk, derives keys or waits for the log.
#include "vault.h"

#include <pybind11/stl.h>

#include "hikae/vault.hpp"

namespace py = pybind11;
using namespace hikae::vault;
using hikae::View;

namespace {

template <class Call>
auto WithoutGil(Call&& call) {
  const py::gil_scoped_release released;
  return call();
}

py::str Text(hikae_str text) { return {text.ptr == nullptr ? "" : text.ptr, text.len}; }
py::str Text(std::string_view text) { return {text.data(), text.size()}; }
py::bytes Raw(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

py::tuple Texts(const hikae_str* texts, size_t count) {
  py::tuple all(count);
  for (size_t i = 0; i < count; ++i) all[i] = Text(texts[i]);
  return all;
}

// The fields in the order of hikae.Reason.
py::list Reasons(const std::vector<hikae_reason>& reasons) {
  py::list all;
  for (const hikae_reason& r : reasons)
    all.append(py::make_tuple(Text(r.rule), Text(r.article), Text(r.title_ja), Text(r.title_en), Text(r.remedy_ja),
                              Text(r.remedy_en), r.severity, Texts(r.read, r.read_count),
                              Texts(r.missing, r.missing_count)));
  return all;
}

// The fields in the order of hikae.Decision.
py::tuple Fields(const Decision& d) {
  return py::make_tuple(d.allowed(), d.judged(), Text(d.act()), Text(d.handling()), Text(d.file()), d.time(),
                        Reasons(d.reasons()), Reasons(d.warnings()), Text(d.Explain(hikae::Language::kEnglish)),
                        Text(d.Explain(hikae::Language::kJapanese)));
}

// A secret whose bytes objects are kept by the caller's frame.
struct GivenSecret {
  GivenSecret(int32_t kind, const py::bytes& text, const std::vector<py::bytes>& shares, uint64_t operations,
              uint64_t memory) {
    secret.kind = kind;
    secret.text = static_cast<std::string_view>(text);
    for (const py::bytes& share : shares) secret.shares.push_back(static_cast<std::string_view>(share));
    secret.operations = operations;
    secret.memory = memory;
  }
  Secret secret;
};
using SecretTuple = std::tuple<int32_t, py::bytes, std::vector<py::bytes>, uint64_t, uint64_t>;
GivenSecret SecretOf(const SecretTuple& given) {
  return {std::get<0>(given), std::get<1>(given), std::get<2>(given), std::get<3>(given), std::get<4>(given)};
}

// An ask, and the texts it borrows.
class GivenAsk {
 public:
  explicit GivenAsk(const py::dict& given) {
    // By what is there, mostly the file alone: each name that is looked up would be a text of its own.
    int32_t act = 0, view = 0;
    for (const auto& [key, value] : given) {
      const auto name = key.cast<std::string_view>();
      const auto take = [&name, &value = value](const char* wanted, auto& into) {
        if (name == wanted) into = value.template cast<std::decay_t<decltype(into)>>();
      };
      take("file", file_);
      take("act", act);
      take("view", view);
      take("items", ask_.items);
      take("approvals", ask_.approvals);
      take("recipient", recipient_);
      take("source", source_);
      take("medium", medium_);
      take("ground", ground_);
      take("encrypted", ask_.encrypted);
    }
    ask_.act = static_cast<Act>(act);
    ask_.view = static_cast<hikae::vault::ViewKind>(view);
    ask_.file = file_;
    ask_.recipient = recipient_;
    ask_.source = source_;
    ask_.medium = medium_;
    ask_.ground = ground_;
  }
  GivenAsk(const GivenAsk&) = delete;
  GivenAsk& operator=(const GivenAsk&) = delete;
  const Ask& get() const { return ask_; }

 private:
  std::string file_, recipient_, source_, medium_, ground_;
  Ask ask_;
};

// Who logs in, and the texts it borrows.
class GivenArrival {
 public:
  explicit GivenArrival(const py::dict& given) {
    const auto text = [&](const char* name) { return given[name].cast<std::string>(); };
    actor_ = text("actor"), actor_type_ = text("actor_type"), handling_ = text("handling"), purpose_ = text("purpose");
    terminal_ = text("terminal"), place_ = text("place"), password_ = text("password");
    options_.actor = actor_, options_.actor_type = actor_type_, options_.handling = handling_;
    options_.purpose = purpose_, options_.terminal = terminal_, options_.place = place_;
    options_.password = password_;
    options_.terminal_factors = given["terminal_factors"].cast<std::vector<std::string>>();
    options_.system_factors = given["system_factors"].cast<std::vector<std::string>>();
  }
  GivenArrival(const GivenArrival&) = delete;
  GivenArrival& operator=(const GivenArrival&) = delete;
  const SessionOptions& get() const { return options_; }

 private:
  std::string actor_, actor_type_, handling_, purpose_, terminal_, place_, password_;
  SessionOptions options_;
};

Progress ProgressOf(const py::object& function) {
  return [function](uint64_t done, uint64_t total) {
    const py::gil_scoped_acquire held;
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    if (function.is_none()) return true;
    const py::object answer = function(done, total);
    return answer.is_none() || answer.cast<bool>();
  };
}

// [(subject, [(item, value)], [removed], version or None)]; the bytes objects are kept by `given`.
using PutTuple = std::tuple<std::string, std::vector<std::pair<std::string, py::bytes>>, std::vector<std::string>,
                            std::optional<uint64_t>>;
std::vector<uint64_t> Write(Session& session, const py::dict& how, const std::vector<PutTuple>& given) {
  const GivenAsk ask(how);
  std::vector<Put> puts;
  puts.reserve(given.size());
  for (const auto& [subject, set, remove, version] : given) {
    Put put;
    put.subject = subject;
    for (const auto& [name, value] : set) put.set.push_back({name, static_cast<std::string_view>(value)});
    put.remove.assign(remove.begin(), remove.end());
    put.if_version = version;
    puts.push_back(std::move(put));
  }
  return WithoutGil([&] { return session.Write(ask.get(), puts); });
}

py::bytes ReadOne(Session& session, const py::dict& how, const std::string& subject, const std::string& item) {
  const GivenAsk ask(how);
  const Bytes value = WithoutGil([&] { return session.Read(ask.get(), subject, item); });
  return Raw(value.view());
}

// The same as text, for who says nothing but where it is: what is read most often pays for no dict and no bytes.
py::str ReadText(Session& session, std::string_view file, std::string_view subject, std::string_view item) {
  Ask ask;
  ask.file = file;
  const Bytes value = WithoutGil([&] { return session.Read(ask, subject, item); });
  const std::string_view bytes = value.view();
  PyObject* const text = PyUnicode_DecodeUTF8(bytes.data(), static_cast<Py_ssize_t>(bytes.size()), nullptr);
  if (text == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::str>(text);
}

// [(state, version, [(item, value or None, view, version)], decision)]
py::list ReadMany(Session& session, const py::dict& how, const std::vector<std::string>& subjects) {
  const GivenAsk ask(how);
  Records records = WithoutGil([&] { return session.Read(ask.get(), subjects); });
  py::list all;
  while (records.Next()) {
    py::list items;
    for (const hikae_seen& seen : records.Items()) {
      const bool shown = seen.view != HIKAE_VIEW_PRESENCE;
      items.append(py::make_tuple(Text(seen.name), shown ? py::object(Raw(View(seen.value))) : py::object(py::none()),
                                  seen.view, seen.version));
    }
    all.append(
        py::make_tuple(static_cast<int32_t>(records.state()), records.version(), items, Fields(records.Decision())));
  }
  return all;
}

std::vector<std::string> Sift(Session& session, const py::dict& how, const py::function& keep, uint64_t most) {
  const GivenAsk ask(how);
  const Session::Keep look = [&](const hikae_item* items, size_t count) {
    const py::gil_scoped_acquire held;
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    py::list shown;
    for (size_t i = 0; i < count; ++i) shown.append(py::make_tuple(Text(items[i].name), Raw(View(items[i].value))));
    return keep(shown).cast<bool>();
  };
  return WithoutGil([&] { return session.Sift(ask.get(), look, most); });
}

py::tuple Erase(Session& session, const py::dict& how, const std::vector<std::string>& subjects) {
  const GivenAsk ask(how);
  const Erased erased = WithoutGil([&] { return session.Erase(ask.get(), subjects); });
  return py::make_tuple(erased.records, erased.certificate);
}

uint64_t Export(Session& session, const py::dict& how, const std::vector<std::string>& subjects, const py::dict& to) {
  const GivenAsk ask(how);
  const auto text = [&](const char* name) { return to[name].cast<std::string>(); };
  const std::string directory = text("directory"), name = text("name"), passphrase = text("passphrase");
  const std::string medium = text("medium"), handover = text("handover");
  ExportOptions options;
  options.directory = directory, options.name = name, options.passphrase = passphrase;
  options.medium = medium, options.handover = handover;
  options.recipients = to["recipients"].cast<std::vector<std::string>>();
  options.form = static_cast<MediaForm>(to["form"].cast<int32_t>());
  options.armored = to["armored"].cast<bool>();
  return WithoutGil([&] { return session.Export(ask.get(), subjects, options); });
}

uint64_t Import(Session& session, const py::dict& how, const py::dict& from) {
  const GivenAsk ask(how);
  const auto text = [&](const char* name) { return from[name].cast<std::string>(); };
  const std::string directory = text("directory"), name = text("name"), passphrase = text("passphrase");
  const auto identities = from["identities"].cast<std::vector<std::string>>();
  ImportOptions options;
  options.directory = directory, options.name = name, options.passphrase = passphrase;
  options.signers = from["signers"].cast<std::vector<std::string>>();
  options.identities.assign(identities.begin(), identities.end());
  return WithoutGil([&] { return session.Import(ask.get(), options); });
}

using MarkTuple = std::tuple<std::string, std::string, std::string, std::string>;
void SetMarks(Session& session, const py::dict& how, const std::string& subject, const std::vector<MarkTuple>& given) {
  const GivenAsk ask(how);
  std::vector<Mark> marks;
  for (const auto& [kind, value, from, until] : given) marks.push_back({kind, value, from, until});
  WithoutGil([&] { session.SetMarks(ask.get(), subject, marks); });
}

py::list Marks(Session& session, const py::dict& how, const std::string& subject) {
  const GivenAsk ask(how);
  py::list all;
  for (const Mark& mark : WithoutGil([&] { return session.Marks(ask.get(), subject); }))
    all.append(py::make_tuple(mark.kind, mark.value, mark.from, mark.until));
  return all;
}

void AddLock(Session& session, const py::dict& how, const SecretTuple& given) {
  const GivenAsk ask(how);
  const GivenSecret secret = SecretOf(given);
  WithoutGil([&] { session.AddLock(ask.get(), secret.secret); });
}

void RotateMaster(Session& session, const py::dict& how, const SecretTuple& given) {
  const GivenAsk ask(how);
  const GivenSecret secret = SecretOf(given);
  WithoutGil([&] { session.RotateMaster(ask.get(), secret.secret); });
}

py::list ShareKeys(Session& session, const py::dict& how, uint32_t threshold,
                   const std::vector<std::string>& custodians) {
  const GivenAsk ask(how);
  py::list shares;
  for (const Bytes& share : WithoutGil([&] { return session.ShareKeys(ask.get(), threshold, custodians); }))
    shares.append(Raw(share.view()));
  return shares;
}

template <void (Session::*kWork)(const Ask&, const Progress&)>
void TurnOver(Session& session, const py::dict& how, const py::object& progress) {
  const GivenAsk ask(how);
  const Progress told = ProgressOf(progress);
  WithoutGil([&] { (session.*kWork)(ask.get(), told); });
}

void DefineSession(py::module_& module) {
  py::class_<Session>(module, "Session")
      .def("token", [](const Session& s) { return Text(WithoutGil([&] { return s.Token(); }).view()); })
      .def("id", [](const Session& s) { return Text(s.id()); })
      .def("end", [](Session& s) { WithoutGil([&] { s.End(); }); })
      .def(
          "would_allow",
          [](const Session& s, const py::dict& how, const std::string& subject) {
            const GivenAsk ask(how);
            return Fields(WithoutGil([&] { return s.WouldAllow(ask.get(), subject); }));
          },
          py::arg("ask"), py::arg("subject"))
      .def("write", &Write, py::arg("ask"), py::arg("puts"))
      .def("read_one", &ReadOne, py::arg("ask"), py::arg("subject"), py::arg("item"))
      .def("read_text", &ReadText, py::arg("file"), py::arg("subject"), py::arg("item"))
      .def("read_many", &ReadMany, py::arg("ask"), py::arg("subjects"))
      .def(
          "search",
          [](Session& s, const py::dict& how, int32_t index, const std::string& text, uint64_t most) {
            const GivenAsk ask(how);
            return WithoutGil([&] { return s.Search(ask.get(), static_cast<Index>(index), text, most); });
          },
          py::arg("ask"), py::arg("index"), py::arg("text"), py::arg("most"))
      .def("sift", &Sift, py::arg("ask"), py::arg("keep"), py::arg("most"))
      .def("erase", &Erase, py::arg("ask"), py::arg("subjects"))
      .def("export_to", &Export, py::arg("ask"), py::arg("subjects"), py::arg("to"))
      .def("import_from", &Import, py::arg("ask"), py::arg("origin"))
      .def("set_marks", &SetMarks, py::arg("ask"), py::arg("subject"), py::arg("marks"))
      .def("marks", &Marks, py::arg("ask"), py::arg("subject"))
      .def(
          "revoke",
          [](Session& s, const py::dict& how, const std::string& id) {
            const GivenAsk ask(how);
            WithoutGil([&] { s.Revoke(ask.get(), id); });
          },
          py::arg("ask"), py::arg("session"))
      .def(
          "set_password",
          [](Session& s, const py::dict& how, const std::string& actor, const std::string& fresh) {
            const GivenAsk ask(how);
            WithoutGil([&] { s.SetPassword(ask.get(), actor, fresh); });
          },
          py::arg("ask"), py::arg("actor"), py::arg("fresh"))
      .def("add_lock", &AddLock, py::arg("ask"), py::arg("secret"))
      .def("share_keys", &ShareKeys, py::arg("ask"), py::arg("threshold"), py::arg("custodians"))
      .def("rotate_master", &RotateMaster, py::arg("ask"), py::arg("secret"))
      .def("rotate_office", &TurnOver<&Session::RotateOffice>, py::arg("ask"), py::arg("progress"))
      .def("rotate_index", &TurnOver<&Session::RotateIndex>, py::arg("ask"), py::arg("progress"))
      .def("rotate_subjects", &TurnOver<&Session::RotateSubjects>, py::arg("ask"), py::arg("progress"))
      .def(
          "retire_index",
          [](Session& s, const py::dict& how) {
            const GivenAsk ask(how);
            WithoutGil([&] { s.RetireIndex(ask.get()); });
          },
          py::arg("ask"))
      .def(
          "set_key_state",
          [](Session& s, const py::dict& how, const std::string& kind, uint32_t version, int32_t state) {
            const GivenAsk ask(how);
            WithoutGil([&] { s.SetKeyState(ask.get(), kind, version, state); });
          },
          py::arg("ask"), py::arg("kind"), py::arg("version"), py::arg("state"))
      .def(
          "backup_keys",
          [](Session& s, const py::dict& how, const std::string& file, bool change_log_key) {
            const GivenAsk ask(how);
            WithoutGil(
                [&] { change_log_key ? s.BackupKeysWithLogKey(ask.get(), file) : s.BackupKeys(ask.get(), file); });
          },
          py::arg("ask"), py::arg("file"), py::arg("change_log_key"));
}

// Keys that may be closed while other threads are in calls on them: the last of these wipes them. The counting is done
// with the GIL held.
class OpenKeys {
 public:
  explicit OpenKeys(Keys keys) : keys_(std::move(keys)) {}
  OpenKeys(const OpenKeys&) = delete;
  OpenKeys& operator=(const OpenKeys&) = delete;
  ~OpenKeys() {
    WithoutGil([&] { keys_.Close(); });  // waits for sessions, whose callbacks want the GIL
  }
  template <class Call>
  auto Run(Call&& call) {
    if (closing_) throw py::value_error("the keys are closed");
    const Use use(*this);
    return WithoutGil([&] { return call(keys_); });
  }
  void Close() {
    closing_ = true;
    if (uses_ == 0) WithoutGil([&] { keys_.Close(); });
  }

 private:
  struct Use {
    explicit Use(OpenKeys& of) : keys(of) { ++keys.uses_; }
    ~Use() {
      if (--keys.uses_ == 0 && keys.closing_) keys.Close();
    }
    OpenKeys& keys;
  };
  Keys keys_;
  int uses_ = 0;
  bool closing_ = false;
};

py::list ListKeys(OpenKeys& open) {
  py::list all;
  for (const Key& key : open.Run([](Keys& keys) { return keys.List(); }))
    all.append(py::make_tuple(key.kind, key.version, key.state, key.made_at, key.uses));
  return all;
}

py::list ListSessions(OpenKeys& open) {
  py::list all;
  for (const SessionInfo& s : open.Run([](Keys& keys) { return keys.Sessions(); }))
    all.append(
        py::make_tuple(s.id, s.actor, s.handling, s.purpose, s.terminal, s.place, s.begun_at, s.used_at, s.ended_at));
  return all;
}

py::list CheckRecords(OpenKeys& open) {
  py::list all;
  for (const hikae::Entry& one : open.Run([](Keys& keys) { return keys.CheckRecords(); }))
    all.append(py::make_tuple(one.place.file, one.id, one.title_ja, one.title_en));
  return all;
}

std::unique_ptr<Session> Begin(OpenKeys& open, const py::dict& who) {
  const GivenArrival arrival(who);
  return open.Run([&](Keys& keys) { return std::make_unique<Session>(keys.Begin(arrival.get())); });
}

std::unique_ptr<Session> Resume(OpenKeys& open, const std::string& token) {
  return open.Run([&](Keys& keys) { return std::make_unique<Session>(keys.Resume(token)); });
}

void ChangePassword(OpenKeys& open, const py::dict& who, const std::string& fresh) {
  const GivenArrival arrival(who);
  open.Run([&](Keys& keys) { keys.ChangePassword(arrival.get(), fresh); });
}

void DefineKeys(py::module_& module) {
  py::class_<OpenKeys>(module, "Keys")
      .def("close", &OpenKeys::Close)
      .def("list", &ListKeys)
      .def("begin", &Begin, py::arg("who"))
      .def("resume", &Resume, py::arg("token"))
      .def("sessions", &ListSessions)
      .def("change_password", &ChangePassword, py::arg("who"), py::arg("fresh"))
      .def("check", &CheckRecords);
}

}  // namespace

py::object DecisionOf(const hikae::Error& error) {
  const std::optional<Decision> decision = hikae::vault::DecisionOf(error);
  return decision ? py::object(Fields(*decision)) : py::object(py::none());
}

void DefineVault(py::module_& module, py::class_<hikae::Office>& office) {
  DefineKeys(module);
  DefineSession(module);
  office
      .def(
          "make_keys",
          [](hikae::Office& o, const SecretTuple& given) {
            const GivenSecret secret = SecretOf(given);
            WithoutGil([&] { Keys::Make(o, secret.secret); });
          },
          py::arg("secret"))
      .def(
          "recover_keys",
          [](hikae::Office& o, const SecretTuple& shares, const SecretTuple& fresh) {
            const GivenSecret by = SecretOf(shares), secret = SecretOf(fresh);
            WithoutGil([&] { Keys::Recover(o, by.secret, secret.secret); });
          },
          py::arg("shares"), py::arg("fresh"))
      .def(
          "unlock",
          [](hikae::Office& o, const SecretTuple& given) {
            const GivenSecret secret = SecretOf(given);
            return WithoutGil([&] { return std::make_unique<OpenKeys>(Keys::Unlock(o, secret.secret)); });
          },
          py::arg("secret"));
  module.def(
      "restore_keys",
      [](const std::string& path, const std::string& file, const std::string& actor) {
        WithoutGil([&] { Keys::Restore(path, file, actor); });
      },
      py::arg("path"), py::arg("file"), py::arg("actor"));
}
