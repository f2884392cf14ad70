// Requests as JSON: both ways, with and without a schema, and what each refusal says.
#include "cedar/schema/request_json.h"

#include <gtest/gtest.h>

#include <string>

namespace hikae::cedar {
namespace {

Schema Small() {
  auto schema = Schema::Parse({{"s", R"(
entity Staff; entity Kind enum ["氏名", "住所"];
action read appliesTo { principal: Staff, resource: Kind,
  context: { at: datetime, by?: Staff, from?: ipaddr, kinds?: Set<Kind>, inner?: { n: Long } } };
)"}});
  return *std::move(schema);
}

base::Result<Request> Read(const std::string& text, const Schema* schema = nullptr) {
  const auto json = codec::ReadJson(text, "r.json");
  if (!json.ok()) return json.error();
  return RequestFromJson(*json, "r.json", schema);
}

std::string ErrorOf(const std::string& text, const Schema* schema = nullptr) {
  const auto request = Read(text, schema);
  return request.ok() ? "accepted" : request.error().ToString();
}

const std::string kHead =
    R"({"principal":{"type":"Staff","id":"髙𠮷"},"action":{"__entity":{"type":"Action","id":"read"}},)"
    "\n"
    R"("resource":{"type":"Kind","id":"氏名"},)";

TEST(RequestJson, GoesBothWays) {
  const Schema schema = Small();
  const std::string context =
      R"("context":{"at":"2021-05-06","by":{"type":"Staff","id":"葛󠄀"},"from":{"fn":"ip","arg":"10.0.0.1"},)"
      R"("kinds":[{"__entity":{"type":"Kind","id":"住所"}}],"inner":{"n":9223372036854775807}}})";
  const auto request = Read(kHead + context, &schema);
  ASSERT_TRUE(request.ok()) << request.error().ToString();
  EXPECT_EQ(request->principal.id, "髙𠮷");
  EXPECT_EQ(request->context.Find("at")->kind(), Value::Kind::kDatetime);
  EXPECT_EQ(request->context.Find("by")->entity().id, "葛󠄀");
  const std::string written = codec::WriteJson(RequestToJson(*request));
  for (const Schema* with : {static_cast<const Schema*>(nullptr), &schema}) {
    const auto again = Read(written, with);
    ASSERT_TRUE(again.ok()) << again.error().ToString();
    EXPECT_EQ(codec::WriteJson(RequestToJson(*again)), written);
    EXPECT_TRUE(again->context == request->context);
  }
}

TEST(RequestJson, ContextMayBeLeftOut) {
  const auto request = Read(kHead.substr(0, kHead.size() - 1) + "}");
  ASSERT_TRUE(request.ok());
  EXPECT_TRUE(request->context.attributes().empty());
}

TEST(RequestJson, ErrorsSayWhere) {
  const Schema schema = Small();
  EXPECT_EQ(ErrorOf("[]").substr(0, 9), "r.json:1:");
  EXPECT_EQ(ErrorOf(R"({"principal":{"type":"A","id":"a"}})").substr(0, 39),
            "r.json:1:1: a request needs \"action\" ({");
  EXPECT_EQ(ErrorOf(kHead + R"("contxt":{}})"),
            "r.json:2:38: unknown key \"contxt\" in a request (did you mean \"context\"?)");
  EXPECT_EQ(ErrorOf(kHead + R"("context":[]})"), "r.json:2:48: the context is a JSON object");
  EXPECT_NE(ErrorOf(kHead + R"("context":{"at":1.5}})").find("r.json:2:54: 1.5 is not a whole number"),
            std::string::npos);
  EXPECT_NE(ErrorOf(kHead + R"("context":{}})", &schema).find("the attribute \"at\" is missing"), std::string::npos);
  EXPECT_NE(ErrorOf(R"({"principal":{"type":"Staff","id":"a"},"action":{"type":"Action","id":"raed"},)"
                    R"("resource":{"type":"Kind","id":"氏名"},"context":{}})",
                    &schema)
                .find("there is no action Action::\"raed\""),
            std::string::npos);
}

}  // namespace
}  // namespace hikae::cedar
