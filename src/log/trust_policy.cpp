#include "log/trust_policy.h"

#include <algorithm>

#include "log/text.h"

namespace hikae::log {

using base::Error;
using base::Result;
using base::Status;

namespace {

std::vector<std::string_view> Words(std::string_view line) {
  std::vector<std::string_view> words;
  for (size_t at = 0;;) {
    at = line.find_first_not_of(" \t", at);
    if (at == std::string_view::npos) return words;
    const size_t end = std::min(line.find_first_of(" \t", at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
}

bool HasKey(const std::vector<VerifierKey>& keys, const VerifierKey& key) {
  return std::any_of(keys.begin(), keys.end(), [&](const VerifierKey& k) { return k.key == key.key; });
}

}  // namespace

// Reads line by line into one policy.
class TrustPolicy::Reader {
 public:
  explicit Reader(TrustPolicy* policy) : policy_(*policy) {}

  // Why this line is not one of a policy, or null.
  const char* Line(const std::vector<std::string_view>& words) {
    const std::string_view verb = words[0];
    if (verb == "log") return Log(words);
    if (verb == "witness") return Witness(words);
    if (verb == "group") return Group(words);
    if (verb == "quorum") return Quorum(words);
    return "a line begins with log, witness, group or quorum";
  }
  bool has_quorum() const { return has_quorum_; }

 private:
  const Party* Find(std::string_view name) const {
    for (const Party& party : policy_.parties_) {
      if (party.name == name) return &party;
    }
    return nullptr;
  }
  bool IsFree(std::string_view name) const { return name != "none" && Find(name) == nullptr; }

  const char* Log(const std::vector<std::string_view>& words) {
    if (words.size() != 2 && words.size() != 3) return "a log has a key and perhaps an address";
    const auto key = VerifierKey::Parse(words[1]);
    if (!key.ok() || key->kind != KeyKind::kEd25519) return "the key of a log is a verifier key of kind 01";
    // One key signs the logs of several periods, each under its own name.
    const auto same = [&](const VerifierKey& k) { return k.key == key->key && k.name == key->name; };
    if (std::any_of(policy_.logs_.begin(), policy_.logs_.end(), same)) return "this log stands here twice";
    if (policy_.logs_.size() == kMaxLogs) return "a policy has at most 64 logs";
    policy_.logs_.push_back(*key);
    return nullptr;
  }

  const char* Witness(const std::vector<std::string_view>& words) {
    if (words.size() != 3 && words.size() != 4) return "a witness has a name, a key and perhaps an address";
    if (!IsFree(words[1])) return "this name is taken";
    const auto key = VerifierKey::Parse(words[2]);
    if (!key.ok() || key->kind != KeyKind::kCosignature) return "the key of a witness is a verifier key of kind 04";
    if (HasKey(policy_.witness_keys_, *key)) return "this witness stands here twice";
    if (policy_.witness_keys_.size() == kMaxWitnesses) return "a policy has at most 64 witnesses";
    policy_.parties_.push_back({std::string(words[1]), policy_.witness_keys_.size(), 1, {}, false});
    policy_.witness_keys_.push_back(*key);
    return nullptr;
  }

  const char* Group(const std::vector<std::string_view>& words) {
    if (words.size() < 4) return "a group has a name, a number (or all, any) and members";
    if (!IsFree(words[1])) return "this name is taken";
    if (++groups_ > kMaxGroups) return "a policy has at most 64 groups";
    Party group{std::string(words[1]), std::nullopt, 1, {}, false};
    const size_t count = words.size() - 3;
    uint64_t threshold = words[2] == "any" ? 1 : count;
    if (words[2] != "any" && words[2] != "all" && !ReadDecimal(words[2], &threshold))
      return "the number of a group is decimal, or all, or any";
    if (threshold < 1 || threshold > count) return "a group asks for at least one and at most all of its members";
    group.threshold = threshold;
    for (size_t i = 3; i < words.size(); ++i) {
      const Party* member = Find(words[i]);
      if (member == nullptr) return "a member of a group is defined on a line before";
      const auto at = static_cast<size_t>(member - policy_.parties_.data());
      if (policy_.parties_[at].taken) return "a name is a member once at most";
      policy_.parties_[at].taken = true;
      group.members.push_back(at);
    }
    policy_.parties_.push_back(std::move(group));
    return nullptr;
  }

  const char* Quorum(const std::vector<std::string_view>& words) {
    if (words.size() != 2) return "the quorum is one name";
    if (has_quorum_) return "a policy has one quorum line";
    has_quorum_ = true;
    if (words[1] == "none") return nullptr;
    const Party* party = Find(words[1]);
    if (party == nullptr) return "the name of the quorum is defined on a line before";
    policy_.quorum_ = static_cast<size_t>(party - policy_.parties_.data());
    return nullptr;
  }

  TrustPolicy& policy_;
  size_t groups_ = 0;
  bool has_quorum_ = false;
};

Result<TrustPolicy> TrustPolicy::Parse(std::string_view text, const std::string& file) {
  TrustPolicy policy;
  Reader reader(&policy);
  uint32_t number = 1;
  const auto wrong = [&](const char* what) { return Error(Status::kArgument, {what, {}}, {file, number, 1}); };
  if (text.size() > kMaxBytes) return wrong("a policy is at most 256 KiB");
  std::string_view line;
  for (; NextLine(&text, &line); ++number) {
    const auto is_control = [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; };
    if (std::any_of(line.begin(), line.end(), is_control)) return wrong("a policy has no control characters but tabs");
    const auto words = Words(line);
    if (words.empty() || words[0].starts_with('#')) continue;
    if (const char* why = reader.Line(words)) return wrong(why);
  }
  if (!text.empty()) return wrong("the last line of a policy is not ended");
  if (!reader.has_quorum()) return wrong("a policy has one quorum line");
  return policy;
}

Result<TrustPolicy> TrustPolicy::Create(const VerifierKey& log, const std::vector<VerifierKey>& witnesses,
                                        size_t quorum) {
  std::string text = "log " + log.ToString() + "\n";
  std::string members;
  for (size_t i = 0; i < witnesses.size(); ++i) {
    const std::string name = "w" + std::to_string(i + 1);
    text += "witness " + name + " " + witnesses[i].ToString() + "\n";
    members += " " + name;
  }
  if (quorum == 0) return Parse(text + "quorum none\n", "");
  return Parse(text + "group witnesses " + std::to_string(quorum) + members + "\nquorum witnesses\n", "");
}

bool TrustPolicy::HasQuorum(const std::vector<bool>& signed_by) const {
  if (!quorum_) return true;
  std::vector<bool> holds(parties_.size());
  for (size_t i = 0; i < parties_.size(); ++i) {
    const Party& party = parties_[i];
    if (party.key) {
      holds[i] = signed_by[*party.key];
    } else {
      const auto count = std::count_if(party.members.begin(), party.members.end(), [&](size_t m) { return holds[m]; });
      holds[i] = static_cast<size_t>(count) >= party.threshold;
    }
  }
  return holds[*quorum_];
}

Result<std::vector<Cosigned>> TrustPolicy::Accept(const SignedCheckpoint& checkpoint) const {
  std::vector<VerifierKey> keys = logs_;
  keys.insert(keys.end(), witness_keys_.begin(), witness_keys_.end());
  HIKAE_TRY(const auto signers, VerifyNote(checkpoint.note, keys));
  bool by_log = logs_.empty();
  std::vector<bool> signed_by(witness_keys_.size());
  std::vector<Cosigned> out;
  for (const Signer& signer : signers) {
    if (signer.key < logs_.size()) {
      by_log = by_log || logs_[signer.key].name == checkpoint.head.origin;
      continue;
    }
    const size_t witness = signer.key - logs_.size();
    signed_by[witness] = true;
    const auto party = std::find_if(parties_.begin(), parties_.end(), [&](const Party& p) { return p.key == witness; });
    out.push_back({party->name, signer.seconds});
  }
  if (!by_log) return Error(Status::kRefused, "no known log of this origin signed the checkpoint");
  if (!HasQuorum(signed_by)) return Error(Status::kRefused, "too few of the known witnesses signed the checkpoint");
  return out;
}

std::string TrustPolicy::ToString() const {
  std::string out;
  for (const VerifierKey& log : logs_) out += "log " + log.ToString() + "\n";
  for (const Party& party : parties_) {
    if (party.key) {
      out += "witness " + party.name + " " + witness_keys_[*party.key].ToString() + "\n";
      continue;
    }
    out += "group " + party.name + " " + std::to_string(party.threshold);
    for (const size_t member : party.members) out += " " + parties_[member].name;
    out += "\n";
  }
  return out + "quorum " + (quorum_ ? parties_[*quorum_].name : "none") + "\n";
}

}  // namespace hikae::log
