#include "office/log_review.h"

#include <fmt/format.h>

#include "base/civil_date.h"
#include "codec/node.h"
#include "office/office.h"

namespace hikae::office {
namespace {

using base::Error;
using base::Result;
using base::Status;
using codec::Node;

Result<void> CheckStated(const LogReview& review, uint64_t end, uint64_t size) {
  if (review.reviewed_by.empty())
    return Error(Status::kArgument, {"who reviewed the log is missing", "点検した者の記載がない"}, {},
                 {"name the reviewer", "点検した者を記載する"});
  if (review.on <= 0)
    return Error(Status::kArgument, {"the day of the review is missing", "点検日の記載がない"}, {},
                 {"state it as 2021-05-06 or 令和3年5月6日", "2021-05-06 または 令和3年5月6日 のように記載する"});
  if (review.findings.empty())
    return Error(Status::kArgument, {"the findings of the review are missing", "所見の記載がない"}, {},
                 {"where nothing was found, say so", "何もなければ「異常なし」と記載する"});
  if (review.signed_off_on && review.signed_off_by.empty())
    return Error(Status::kArgument,
                 base::Text{"a day of approval without who approved", "決裁日があり決裁した者の記載がない"});
  if (end > size || review.first >= end) {
    return Error(Status::kArgument,
                 {fmt::format("the period has {} entries, not those from {} to {}", size, review.first, end),
                  fmt::format("この期間の記録は{}件で、{}番から{}番の前までの範囲はない", size, review.first, end)});
  }
  return {};
}

// Left out where there is nothing to say.
void Put(Node& row, const char* key, const std::string& value) {
  if (!value.empty()) row.Set(key, Node::String(value));
}

Node RowOf(const LogReview& review, const std::string& period, uint64_t end) {
  Node row = Node::Map();
  Put(row, "handling", review.handling);
  Put(row, "period", period);
  row.Set("firstEntry", Node::Integer(static_cast<int64_t>(review.first)));
  row.Set("endEntry", Node::Integer(static_cast<int64_t>(end)));
  Put(row, "on", base::FormatIso(review.on));
  Put(row, "reviewedBy", review.reviewed_by);
  Put(row, "findings", review.findings);
  Put(row, "signedOffBy", review.signed_off_by);
  if (review.signed_off_on) Put(row, "signedOffOn", base::FormatIso(*review.signed_off_on));
  Put(row, "document", review.document);
  Put(row, "corrects", review.corrects);
  return row;
}

}  // namespace

Result<ReviewStatement> StateReview(const LogReview& review, const std::string& period, uint64_t size,
                                    registry::Micros now) {
  const uint64_t end = review.end == 0 ? size : review.end;
  HIKAE_CHECK(CheckStated(review, end, size));
  ReviewStatement statement;
  statement.reviewed = {fmt::format("{}/{}-{}/{}", period, review.first, end, now), end};
  const Node row = RowOf(review, period, end);
  Node rows = Node::Map();
  rows.Set(statement.reviewed.row, row);
  Node document = Node::Map();
  document.Set("hikae", Node::String("declaration/1"))
      .Set("valid_from", Node::String(base::FormatIso(review.on)))
      .Set("by", Node::String(review.reviewed_by))
      .Set("LogReview", std::move(rows));
  statement.document = {"log-review/" + statement.reviewed.row + ".json", codec::WriteJson(document, 2)};

  // The leaf has the range and the row's id, which names nobody; names and findings are sealed beside it.
  Act& act = statement.act;
  act.entry.type = log::EntryType::kLogReviewed;
  act.entry.range_end = end;
  if (review.first != 0) act.entry.intent = review.first;
  act.entry.handling = review.handling;
  act.entry.thing = statement.reviewed.row;
  act.actor = review.reviewed_by;
  act.detail = codec::WriteJson(row);
  return statement;
}

Result<LogReviewed> ReviewLog(Office& office, const LogReview& review) {
  HIKAE_TRY(AccessLog* const log, office.log());
  std::string period = review.period;
  if (period.empty()) {
    HIKAE_TRY(const std::vector<log::Period> periods, log->Periods());
    period = periods.back().name;
  }
  HIKAE_TRY(const std::unique_ptr<log::EntrySource> entries, log->Entries(period));
  HIKAE_TRY(const uint64_t size, entries->Size());
  HIKAE_TRY(const ReviewStatement statement, StateReview(review, period, size, office.now()));
  HIKAE_CHECK(office.Declare({statement.document}, {&statement.act, 1}));
  return statement.reviewed;
}

}  // namespace hikae::office
