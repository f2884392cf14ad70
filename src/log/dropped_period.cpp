#include "log/dropped_period.h"

#include <fmt/format.h>

#include <algorithm>

#include "codec/hex.h"
#include "codec/node.h"
#include "log/checkpoint.h"
#include "log/log_end.h"
#include "log/periods.h"
#include "log/text.h"

namespace hikae::log {
namespace {

using base::Error;
using base::Result;
using base::Status;
using codec::Node;

constexpr std::string_view kSuffix = ".dropped";
constexpr std::string_view kKind = "dropped-period";
constexpr int64_t kForm = 1;

Error Damaged(const std::string& file) {
  return Error(Status::kTampered, {"the certificate of a dropped period is damaged", "廃棄した期間の証明が壊れている"},
               {file, 0, 0}, {"restore it from a backup", "控えから復元する"});
}

std::string TextAt(const Node& root, std::string_view name) {
  const Node* node = root.Find(name);
  return node != nullptr && node->IsText() ? node->text() : std::string();
}

}  // namespace

std::string CertificateName(std::string_view period) { return std::string(period) + std::string(kSuffix); }

std::string DroppedPeriod::ToJson() const {
  Node root = Node::Map();
  root.Set("hikae", Node::String(std::string(kKind)));
  root.Set("form", Node::Integer(kForm));
  root.Set("period", Node::String(name));
  root.Set("origin", Node::String(origin));
  root.Set("dropped_at", Node::Integer(dropped_at));
  root.Set("by", Node::String(codec::Hex(by)));
  root.Set("ground", Node::String(ground));
  root.Set("checkpoint", Node::String(checkpoint));
  return codec::WriteJson(root, 2);
}

Result<DroppedPeriod> DroppedPeriod::Parse(std::string_view text, const std::string& file) {
  const Result<Node> root = codec::ReadJson(std::string(text), file);
  if (!root.ok() || TextAt(*root, "hikae") != kKind) return Damaged(file);
  const Node* form = root->Find("form");
  const Node* at = root->Find("dropped_at");
  if (form == nullptr || form->kind() != Node::Kind::kInteger || form->integer() < 1) return Damaged(file);
  if (form->integer() > kForm) {
    return Error(Status::kVersion,
                 {"the certificate was made by a newer hikae", "証明はより新しい hikae で作られている"}, {file, 0, 0});
  }
  DroppedPeriod dropped;
  dropped.name = TextAt(*root, "period");
  dropped.origin = TextAt(*root, "origin");
  dropped.ground = TextAt(*root, "ground");
  dropped.checkpoint = TextAt(*root, "checkpoint");
  const auto checkpoint = SignedCheckpoint::Parse(dropped.checkpoint);
  const bool whole = at != nullptr && at->kind() == Node::Kind::kInteger &&
                     codec::FromHex(TextAt(*root, "by"), dropped.by) && checkpoint.ok() &&
                     checkpoint->head.origin == dropped.origin && IsPeriodName(dropped.name) &&
                     dropped.origin.ends_with("/" + dropped.name) && file.ends_with(CertificateName(dropped.name));
  if (!whole) return Damaged(file);
  dropped.dropped_at = at->integer();
  dropped.digest = crypto::Sha256Of(AsBytes(text));
  return dropped;
}

Result<std::vector<DroppedPeriod>> ListDropped(base::Io& io, const std::string& log_directory) {
  HIKAE_TRY(const std::vector<std::string> names, io.List(log_directory));
  std::vector<DroppedPeriod> all;
  for (const std::string& name : names) {
    if (!name.ends_with(kSuffix)) continue;
    const std::string period = name.substr(0, name.size() - kSuffix.size());
    // Beside its directory it is of a drop that was cut off.
    if (!IsPeriodName(period) || std::find(names.begin(), names.end(), period) != names.end()) continue;
    const std::string path = JoinPath(log_directory, name);
    HIKAE_TRY(const std::string text, base::ReadWhole(io, path, kMaxCertificateBytes));
    HIKAE_TRY(DroppedPeriod dropped, DroppedPeriod::Parse(text, path));
    all.push_back(std::move(dropped));
  }
  return all;
}

}  // namespace hikae::log
