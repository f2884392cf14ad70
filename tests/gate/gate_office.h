// An office with the papers of the benefit, its keys made, and a clerk of the section in charge.
#ifndef HIKAE_TESTS_GATE_GATE_OFFICE_H_
#define HIKAE_TESTS_GATE_GATE_OFFICE_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/civil_date.h"
#include "gate/gate.h"
#include "office/office.h"
#include "places.h"

namespace hikae::gate {

inline constexpr char kPassphrase[] = "江戸川の水は青い 2021";
inline constexpr char kFile[] = "給付金受給者";
inline constexpr int64_t kSecond = 1'000'000;
// 2021-09-10 10:00:00 in Japan.
inline constexpr int64_t kNow = 1'631'235'600 * kSecond;

inline std::string ReadSource(const std::string& path) {
  std::ifstream in(hikae::test::SourceDir() + "/" + path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

class GateOffice {
 public:
  explicit GateOffice(base::Io* io = nullptr, log::Durability durability = {}) : io_(io), durability_(durability) {
    static int n = 0;
    directory = testing::TempDir() + "gate_" + std::to_string(::getpid()) + "_" + std::to_string(++n);
    std::filesystem::remove_all(directory);
    Open(true);
    Declare("examples/ward/vocabulary.yaml");
    for (const char* name : {"declaration.yaml", "after-opinion.yaml", "running.yaml"})
      Declare(std::string("examples/benefit/") + name);
    const auto made = office->MakeKeys({.kind = vault::LockKind::kPassphrase, .text = kPassphrase}, kCheap);
    EXPECT_TRUE(made.ok()) << made.error().ToString();
    Unlock();
  }
  // What lies in a directory already.
  explicit GateOffice(const std::filesystem::path& there) : directory(there.string()) { Reopen(); }
  ~GateOffice() {
    gate.reset();
    office.reset();
    std::error_code ignored;
    std::filesystem::remove_all(directory, ignored);
  }

  void Open(bool create = false) {
    gate.reset();
    office.reset();
    office::OpenOptions options;
    options.create = create;
    options.now = [this] { return now; };
    options.actor = "試験";
    options.origin = create ? "hikae.example/江戸川" : "";
    options.io = io_;
    options.durability = durability_;
    options.sign_in_background = false;
    options.alarm = [this](const base::Text& text) { alarms.push_back(text.ja); };
    auto opened = office::Office::Open(directory, options);
    ASSERT_TRUE(opened.ok()) << opened.error().ToString();
    office = *std::move(opened);
  }
  // Without anything of it open, another process may take it.
  void Close() {
    gate.reset();
    office.reset();
  }
  void UseIo(base::Io* io) { io_ = io; }
  void Unlock() {
    auto opened = office->Unlock({.kind = vault::LockKind::kPassphrase, .text = kPassphrase});
    ASSERT_TRUE(opened.ok()) << opened.error().ToString();
    gate = *std::move(opened);
  }
  void Reopen() {
    Open();
    if (office) Unlock();
  }
  void Declare(const std::string& source) { DeclareText(source, ReadSource(source)); }
  void DeclareText(const std::string& name, const std::string& text) {
    const auto declared = office->Declare({{name, text}});
    ASSERT_TRUE(declared.ok()) << declared.error().ToString();
  }
  // On top of what is declared.
  void Also(const std::string& name, const std::string& text) {
    DeclareText(name + ".yaml", "hikae: declaration/1\npack: edogawa-2021\nvalid_from: 2021-06-01\nby: 試験\n" + text);
  }

  // A handover of that name is planned and approved, so that a medium may be written for it.
  void PlanHandover(const std::string& name) {
    Also("受渡しの予定 " + name, "HandoverPlan: { " + name +
                                     ": { contract: 給付金事務委託, on: 2021-12-28, staff: 児童家庭課職員1, worker: "
                                     "給付金事務委託/従事者1, medium: electronic, encrypted: true, approvedBy: "
                                     "児童家庭課長, approvedOn: 2021-09-01 } }\n");
  }

  static SessionRequest Clerk() {
    SessionRequest request;
    request.actor = "児童家庭課職員1";
    request.handling = "benefit";
    request.purpose = "給付金の支給";
    request.terminal = "児童家庭課端末1";
    request.place = "江戸川区役所本庁舎 児童家庭課事務室内";
    request.terminal_factors = {"ic-card", "pin"};
    request.system_factors = {"ic-card", "password"};
    return request;
  }
  // Who may erase and administer.
  static SessionRequest Head() {
    SessionRequest request = Clerk();
    request.actor = "児童家庭課長1";
    return request;
  }
  std::unique_ptr<Session> Begin(const SessionRequest& request = Clerk()) {
    std::shared_ptr<const Decision> decision;
    auto session = gate->Begin(request, decision);
    EXPECT_TRUE(session.ok()) << session.error().ToString(base::Language::kJapanese);
    return session.ok() ? *std::move(session) : nullptr;
  }
  // Entries of the log as "type decision rule,rule", from `first` on.
  std::vector<std::string> Entries(uint64_t first = 0) const {
    std::vector<std::string> lines;
    auto* const log = *office->log();
    const auto periods = log->Periods();
    const auto source = log->Entries(periods->back().name);
    const auto size = (*source)->Size();
    const auto read = (*source)->Read(first, *size, [&](const log::StoredEntry& stored) -> base::Result<void> {
      const auto entry = log::DecodeEntry(stored.leaf);
      std::string line = log::EntryTypeName(entry->type).en;
      if (entry->decision) line += *entry->decision == log::Decision::kAllowed ? " allowed" : " refused";
      if (entry->count) line += " " + std::to_string(*entry->count);
      for (const std::string& rule : entry->rules) line += " " + rule;
      lines.push_back(line);
      return {};
    });
    EXPECT_TRUE(read.ok());
    return lines;
  }
  uint64_t LogSize() const { return (*office->log())->Head()->size; }

  static constexpr vault::PassphraseCost kCheap{1, 8 << 20};
  std::string directory;
  int64_t now = kNow;
  std::vector<std::string> alarms;
  std::shared_ptr<office::Office> office;
  std::shared_ptr<Gate> gate;

 private:
  base::Io* io_ = nullptr;
  log::Durability durability_;
};

inline std::vector<std::string> RulesOf(const std::vector<Reason>& reasons) {
  std::vector<std::string> rules;
  for (const Reason& reason : reasons) rules.push_back(reason.rule);
  return rules;
}
inline Ask Reading(std::span<const std::string> items) {
  Ask ask;
  ask.act = Act::kRead;
  ask.file = kFile;
  ask.items = items;
  return ask;
}
inline Ask Writing() {
  Ask ask;
  ask.act = Act::kWrite;
  ask.file = kFile;
  return ask;
}

}  // namespace hikae::gate

#endif  // HIKAE_TESTS_GATE_GATE_OFFICE_H_
