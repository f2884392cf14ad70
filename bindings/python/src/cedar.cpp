// The native part of hikae.cedar: cedar.hpp as Python objects, plain and unadorned. The GIL is released around
// everything that parses, validates or decides.
#include "cedar.h"

#include <pybind11/stl.h>

#include "hikae/cedar.hpp"

namespace py = pybind11;

namespace {

using namespace hikae::cedar;

template <class Call>
auto WithoutGil(Call&& call) {
  const py::gil_scoped_release released;
  return call();
}

py::str Text(std::string_view text) { return {text.data(), text.size()}; }

// The fields in the order of hikae.cedar.Policy.
py::tuple Fields(const Policy& policy) {
  py::dict annotations;
  for (const auto& [key, value] : policy.annotations) annotations[Text(key)] = Text(value);
  return py::make_tuple(Text(policy.id), static_cast<int>(policy.effect), static_cast<int>(policy.kind), annotations,
                        Text(policy.text), Text(policy.template_id), Text(policy.file), policy.line, policy.column);
}

// (allowed, failed shut, [reason], [(policy, message)])
py::tuple AnswerOf(const Answers& answers, uint64_t i) {
  py::list reasons, errors;
  for (const Policy& reason : answers.Reasons(i)) reasons.append(Fields(reason));
  for (const Answers::Failure& failure : answers.Errors(i))
    errors.append(py::make_tuple(Fields(failure.policy), Text(failure.message)));
  return py::make_tuple(answers.Allowed(i), answers.Get(i).failed_shut != 0, reasons, errors);
}

py::list Problems(const std::vector<hikae::Entry>& entries) {
  py::list all;
  for (const hikae::Entry& e : entries)
    all.append(
        py::make_tuple(e.severity, e.title_en, e.title_ja, e.detail, e.place.file, e.place.line, e.place.column));
  return all;
}

py::list Explained(const Authorizer& authorizer, const Request& request) {
  py::list all;
  const Explanation explanation = WithoutGil([&] { return authorizer.Explain(request); });
  for (const hikae_cedar_outcome& outcome : explanation) {
    py::list reads;
    for (size_t i = 0; i < outcome.read_count; ++i) {
      const hikae_cedar_read& read = outcome.reads[i];
      const py::object value = read.has_value != 0 ? py::object(Text(hikae::View(read.value))) : py::object(py::none());
      reads.append(py::make_tuple(Text(hikae::View(read.path)), Text(hikae::View(read.entity)),
                                  Text(hikae::View(read.attribute)), value));
    }
    all.append(py::make_tuple(Text(hikae::View(outcome.id)), outcome.effect, outcome.outcome,
                              Text(hikae::View(outcome.message)), reads));
  }
  return all;
}

using Texts = std::vector<std::pair<std::string, std::string>>;

std::vector<hikae::Document> Documents(const Texts& texts) {
  std::vector<hikae::Document> all;
  for (const auto& [name, text] : texts) all.push_back({name, text});
  return all;
}

std::unique_ptr<Policies> Parse(const Texts& texts, int32_t form, bool id_from_annotation) {
  return WithoutGil([&] {
    Policies::Options options;
    options.form = static_cast<Form>(form);
    options.id_from_annotation = id_from_annotation;
    return std::make_unique<Policies>(Policies::OfAll(Documents(texts), options));
  });
}

std::unique_ptr<Policies> Linked(const Policies& policies, const std::string& template_id, const std::string& id,
                                 const std::optional<std::pair<std::string, std::string>>& principal,
                                 const std::optional<std::pair<std::string, std::string>>& resource) {
  Link link{template_id, id, std::nullopt, std::nullopt};
  if (principal) link.principal = Uid(principal->first, principal->second);
  if (resource) link.resource = Uid(resource->first, resource->second);
  return WithoutGil([&] { return std::make_unique<Policies>(policies.Linked({link})); });
}

py::list AllFields(const Policies& policies) {
  py::list all;
  for (const Policy& policy : policies.All()) all.append(Fields(policy));
  return all;
}

std::unique_ptr<Request> MakeRequest(const std::string& json, const Schema* schema) {
  return WithoutGil([&] {
    Request::Options options;
    options.schema = schema;
    return std::make_unique<Request>(hikae::Document{"request", json}, options);
  });
}

std::unique_ptr<Authorizer> MakeAuthorizer(const Policies& policies, const Schema* schema, const Entities* entities,
                                           bool strict, bool check_requests) {
  return WithoutGil([&] {
    Authorizer::Options options;
    options.strict = strict;
    options.check_requests = check_requests;
    return std::make_unique<Authorizer>(policies, schema, entities, options);
  });
}

py::list AuthorizeMany(const Authorizer& authorizer, const std::vector<const Request*>& requests) {
  Answers answers;
  WithoutGil([&] { authorizer.AuthorizeMany(requests, answers); });
  py::list all;
  for (size_t i = 0; i < requests.size(); ++i) all.append(AnswerOf(answers, i));
  return all;
}

}  // namespace

void DefineCedar(py::module_& module) {
  module.attr("language_version") = Text(LanguageVersion());
  module.attr("corpus_version") = Text(CorpusVersion());
  py::class_<Schema>(module, "Schema")
      .def(py::init([](const Texts& texts, int32_t form) {
             return WithoutGil(
                 [&] { return std::make_unique<Schema>(Schema::OfAll(Documents(texts), static_cast<Form>(form))); });
           }),
           py::arg("texts"), py::arg("form"));
  py::class_<Policies>(module, "Policies")
      .def(py::init(&Parse), py::arg("texts"), py::arg("form"), py::arg("id_from_annotation"))
      .def("fields", &AllFields)
      .def("linked", &Linked, py::arg("template_id"), py::arg("id"), py::arg("principal"), py::arg("resource"))
      .def("to_text", [](const Policies& policies) { return WithoutGil([&] { return policies.ToText(); }); })
      .def("to_json", [](const Policies& policies) { return WithoutGil([&] { return policies.ToJson(); }); })
      .def(
          "validate",
          [](const Policies& policies, const Schema& schema) {
            return Problems(WithoutGil([&] { return policies.Validate(schema); }));
          },
          py::arg("schema"));
  py::class_<Entities>(module, "Entities")
      .def(py::init([](const std::string& json, const Schema* schema) {
             return WithoutGil([&] { return std::make_unique<Entities>(hikae::Document{"entities", json}, schema); });
           }),
           py::arg("json"), py::arg("schema"))
      .def("to_json", [](const Entities& entities) { return WithoutGil([&] { return entities.ToJson(); }); })
      .def(
          "updated",
          [](const Entities& entities, const std::string& put,
             const std::vector<std::pair<std::string, std::string>>& remove) {
            return WithoutGil([&] {
              std::vector<Uid> gone;
              for (const auto& [type, id] : remove) gone.emplace_back(type, id);
              return std::make_unique<Entities>(entities.Updated({"entities", put}, gone));
            });
          },
          py::arg("put"), py::arg("remove"))
      .def("size", &Entities::size);
  py::class_<Request>(module, "Request").def(py::init(&MakeRequest), py::arg("json"), py::arg("schema"));
  py::class_<Authorizer>(module, "Authorizer")
      .def(py::init(&MakeAuthorizer), py::arg("policies"), py::arg("schema"), py::arg("entities"), py::arg("strict"),
           py::arg("check_requests"))
      .def(
          "swap",
          [](Authorizer& authorizer, const Policies* policies, const Schema* schema, const Entities* entities) {
            WithoutGil([&] { authorizer.Swap(policies, schema, entities); });
          },
          py::arg("policies"), py::arg("schema"), py::arg("entities"))
      .def("authorize_many", &AuthorizeMany, py::arg("requests"))
      .def("explain", &Explained, py::arg("request"));
  module.def(
      "format_policies",
      [](const std::string& name, const std::string& text, uint32_t line_width, uint32_t indent) {
        return WithoutGil([&] { return FormatPolicies({name, text}, line_width, indent); });
      },
      py::arg("name"), py::arg("text"), py::arg("line_width"), py::arg("indent"));
  module.def(
      "translate_schema",
      [](const std::string& name, const std::string& text, int32_t form) {
        return WithoutGil([&] { return TranslateSchema({name, text}, static_cast<Form>(form)); });
      },
      py::arg("name"), py::arg("text"), py::arg("form"));
}
