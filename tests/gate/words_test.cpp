// A session keeps what it decided for who asks again in the same words. What is asked in other words, in whichever of
// them, is decided and entered as a session does that was never asked before.
#include "gate/fault_office.h"
#include "office/access_log.h"

namespace hikae::gate {
namespace {

using Names = std::vector<std::string>;

constexpr char kWho[] = "宛名-0000007";
constexpr char kOther[] = "宛名-0000008";

class Words : public testing::Test {
 protected:
  Words() {
    office_.Also("終わった", kDueFile);
    office_.PlanHandover("受渡-1");
    office_.Also("承認",
                 "Approval: { 提供の承認: { handling: benefit, kind: provision, approver: 児童家庭課長1, "
                 "grantedOn: 2021-09-01, expiresOn: 2021-09-30, recipient: 東京都 } }\n");
    const auto session = office_.Begin();
    for (const char* file : {kFile, kDue}) {
      for (const char* who : {kWho, kOther}) {
        const Put put{who, {{"氏名漢字", "髙橋󠄁 花子"}, {"住所", "江戸川区中央一丁目4番1号"}}};
        const auto put_in = session->Write(In(Writing(), file), {&put, 1});
        EXPECT_TRUE(put_in.ok()) << put_in.error().ToString();
      }
    }
  }

  // All that comes of it: what the caller sees, and what the log holds.
  std::string Of(Session& session, const Ask& ask, std::span<const std::string_view> who) {
    const uint64_t before = office_.LogSize();
    std::string told;
    const auto released = session.Release(ask, who);
    if (!released.ok()) told += released.error().ToString() + "\n";
    for (size_t i = 0; released.ok() && i < released->size(); ++i) {
      const Released& record = (*released)[i];
      told += fmt::format("state {}\n", static_cast<int>(record.state));
      for (const Seen& seen : record.items)
        told += fmt::format("{} {} {}\n", seen.item, static_cast<int>(seen.view), seen.value.view());
    }
    auto* const log = *office_.office->log();
    const auto source = log->Entries(log->Periods()->back().name);
    const auto read =
        (*source)->Read(before, office_.LogSize(), [&](const log::StoredEntry& stored) -> base::Result<void> {
          const auto entry = log::DecodeEntry(stored.leaf);
          told += fmt::format("{} {} {} {} {}", log::EntryTypeName(entry->type).en, entry->ground, entry->file,
                              static_cast<int>(entry->decision.value()), entry->count.value_or(9));
          for (const std::string& rule : entry->rules) told += " " + rule;
          for (const std::string& item : entry->items) told += " " + item;
          HIKAE_TRY(const auto detail, log->OpenDetail(stored));
          told += " " + detail.value_or("-") + "\n";
          return {};
        });
    EXPECT_TRUE(read.ok());
    return told;
  }

  GateOffice office_;
};

TEST_F(Words, AnyOtherOfThemIsAnotherQuestion) {
  const Names items = {"氏名漢字", "住所"}, fewer = {"氏名漢字"}, approvals = {"提供の承認"};
  const std::string_view one[] = {kWho}, two[] = {kWho, kOther};
  struct Other {
    const char* name;
    std::function<void(Ask&)> make;
  };
  const std::vector<Other> others = {
      {"act", [](Ask& ask) { ask.act = Act::kPrint; }},
      {"file", [](Ask& ask) { ask.file = kDue; }},
      {"items", [&](Ask& ask) { ask.items = fewer; }},
      {"approvals", [&](Ask& ask) { ask.approvals = approvals; }},
      {"recipient", [](Ask& ask) { ask.recipient = "東京都"; }},
      {"source", [](Ask& ask) { ask.source = "東京都"; }},
      {"medium", [](Ask& ask) { ask.medium = "paper"; }},
      {"ground", [](Ask& ask) { ask.ground = "条例第12条"; }},
      {"view", [](Ask& ask) { ask.view = View::kMasked; }},
      {"encrypted", [](Ask& ask) { ask.encrypted = true; }},
      {"handover", [](Ask& ask) { ask.handover = "受渡-1"; }},
      {"medium id", [](Ask& ask) { ask.medium_id = "USB-07"; }},
  };
  int shown = 0;
  for (const Act act : {Act::kRead, Act::kTransfer, Act::kProvide}) {
    for (const Other& other : others) {
      SCOPED_TRACE(fmt::format("act {}, other {}", static_cast<int>(act), other.name));
      Ask ask = Reading(items);
      ask.act = act;
      if (act == Act::kTransfer) ask.medium = "electronic", ask.encrypted = false;
      Ask asked_otherwise = ask;
      other.make(asked_otherwise);
      const auto kept = office_.Begin(), never = office_.Begin();
      const std::string first = Of(*kept, ask, one);
      const std::string otherwise = Of(*kept, asked_otherwise, one);
      EXPECT_EQ(otherwise, Of(*never, asked_otherwise, one));
      EXPECT_EQ(Of(*kept, ask, one), first);
      if (otherwise != first) ++shown;
    }
    const auto kept = office_.Begin(), never = office_.Begin();
    Ask ask = Reading(items);
    ask.act = act;
    Of(*kept, ask, one);
    EXPECT_EQ(Of(*kept, ask, two), Of(*never, ask, two));
  }
  EXPECT_GE(shown, 24);  // the rest are words that the act does not read
}

}  // namespace
}  // namespace hikae::gate
