// Cedar's own integration tests: hand-written ones and the corpus its fuzzers made. Every request's decision, reasons
// and erroring policies have to match.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>

#include "cedar/engine/policy_set.h"
#include "codec/node.h"
#include "places.h"

namespace hikae::cedar {
namespace {

namespace fs = std::filesystem;
using codec::Node;

std::string ReadText(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::set<std::string> Texts(const Node& list) {
  std::set<std::string> out;
  for (const Node& item : list.items()) out.insert(item.text());
  return out;
}

struct Tally {
  size_t requests = 0;
  size_t with_errors = 0;
  std::vector<std::string> differences;
};

// The answer as one line, so that a difference reads well.
std::string Answer(bool allow, const std::set<std::string>& reasons, const std::set<std::string>& errors) {
  std::string out = allow ? "allow" : "deny";
  for (const auto& id : reasons) out += " " + id;
  for (const auto& id : errors) out += " error:" + id;
  return out;
}

std::string Answer(const Response& response) {
  std::set<std::string> errors;
  for (const PolicyError& error : response.errors) errors.insert(error.policy_id);
  return Answer(response.decision == Decision::kAllow, {response.reasons.begin(), response.reasons.end()}, errors);
}

// With a schema, entities in the context may stand without `__entity`.
base::Result<Value> ReadContext(const Node& json, const EntityUid& action, const Schema* schema) {
  const ActionType* type = schema != nullptr ? schema->FindAction(action) : nullptr;
  return type != nullptr ? schema->ReadValue(json, type->context, "context") : Value::FromJson(json, "context");
}

void RunRequest(const Node& json, const PolicySet& policies, const Entities& entities, const Schema* schema,
                const std::string& where, Tally& tally) {
  Request request;
  request.principal = *ReadUid(*json.Find("principal"), where);
  request.action = *ReadUid(*json.Find("action"), where);
  request.resource = *ReadUid(*json.Find("resource"), where);
  const auto context = ReadContext(*json.Find("context"), request.action, schema);
  ASSERT_TRUE(context.ok()) << context.error().ToString();
  request.context = *context;
  const Response response = Authorize(request, policies, entities);
  const std::string expected =
      Answer(json.Find("decision")->text() == "allow", Texts(*json.Find("reason")), Texts(*json.Find("errors")));
  const Node* checked = json.Find("validateRequest");
  if (schema != nullptr && (checked == nullptr || checked->boolean())) {
    const auto conforms = schema->CheckRequest(request);
    EXPECT_TRUE(conforms.ok()) << where << ": " << conforms.error().ToString();
  }
  ++tally.requests;
  tally.with_errors += response.errors.empty() ? 0 : 1;
  if (Answer(response) != expected) {
    tally.differences.push_back(where + ": expected " + expected + ", got " + Answer(response) +
                                (response.errors.empty() ? "" : " (" + response.errors[0].message + ")"));
  }
}

// The corpus is explicit about its entities, so it runs without schemas too; the hand-written tests need theirs.
void RunTest(const fs::path& root, const fs::path& file, bool with_schema, Tally& tally) {
  SCOPED_TRACE(file.filename().string());
  const auto test = codec::ReadJson(ReadText(file), file.filename().string());
  ASSERT_TRUE(test.ok()) << test.error().ToString();
  const std::string policy_file = test->Find("policies")->text();
  const auto policies = PolicySet::Parse({{policy_file, ReadText(root / policy_file)}});
  ASSERT_TRUE(policies.ok()) << policies.error().ToString();
  const std::string entity_file = test->Find("entities")->text();
  const auto json = codec::ReadJson(ReadText(root / entity_file), entity_file);
  ASSERT_TRUE(json.ok()) << json.error().ToString();
  std::optional<Schema> schema;
  if (with_schema) {
    const std::string schema_file = test->Find("schema")->text();
    auto parsed = Schema::Parse({{schema_file, ReadText(root / schema_file)}});
    ASSERT_TRUE(parsed.ok()) << parsed.error().ToString();
    schema = *parsed;
  }
  const Schema* used = schema ? &*schema : nullptr;
  const auto entities = Entities::FromJson(*json, entity_file, used);
  ASSERT_TRUE(entities.ok()) << entities.error().ToString();
  size_t number = 0;
  for (const Node& request : test->Find("requests")->items()) {
    RunRequest(request, *policies, *entities, used, file.filename().string() + "#" + std::to_string(number++), tally);
  }
}

TEST(Conformance, HandWrittenTests) {
  const fs::path root = fs::path(hikae::test::SharedData()) / "cedar";
  if (!fs::exists(root / "tests")) GTEST_SKIP() << "Cedar's integration tests are not at " << root;
  Tally tally;
  for (const auto& entry : fs::recursive_directory_iterator(root / "tests")) {
    if (entry.path().extension() == ".json") RunTest(root, entry.path(), true, tally);
  }
  EXPECT_EQ(tally.differences, std::vector<std::string>());
  EXPECT_EQ(tally.requests, 74u);
}

TEST(Conformance, Corpus) {
  const fs::path root = hikae::test::CedarCorpus();
  if (!fs::exists(root / "corpus-tests")) GTEST_SKIP() << "Cedar's corpus is not at " << root;
  Tally tally;
  for (const auto& entry : fs::directory_iterator(root / "corpus-tests")) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".json") && !name.ends_with(".entities.json")) RunTest(root, entry.path(), false, tally);
  }
  EXPECT_EQ(tally.differences, std::vector<std::string>());
  EXPECT_GT(tally.requests, 30'000u);
  EXPECT_GT(tally.with_errors, 500u);  // the corpus does reach the errors of evaluation
}

// The comparison above can fail: a changed expectation is a difference.
TEST(Conformance, AWrongExpectationIsNoticed) {
  const auto policies = PolicySet::Parse({{"p", "permit(principal, action, resource);"}});
  const auto entities = Entities::Create({});
  const std::string text = R"({"principal": {"type": "U", "id": "葛󠄀"}, "action": {"type": "Action", "id": "a"},
    "resource": {"type": "U", "id": "b"}, "context": {}, "decision": "deny", "reason": [], "errors": []})";
  Tally tally;
  RunRequest(*codec::ReadJson(text, "t"), *policies, *entities, nullptr, "t", tally);
  EXPECT_EQ(tally.differences, std::vector<std::string>{"t: expected deny, got allow policy0"});
}

}  // namespace
}  // namespace hikae::cedar
