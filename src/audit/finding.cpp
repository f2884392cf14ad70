#include "audit/finding.h"

namespace hikae::audit {

const char* Name(Outcome outcome) {
  switch (outcome) {
    case Outcome::kMet:
      return "met";
    case Outcome::kViolated:
      return "violated";
    case Outcome::kNotShown:
      return "not shown";
    case Outcome::kNotApplicable:
      return "not applicable";
    case Outcome::kExcepted:
      return "excepted";
  }
  return "";
}

const char* Name(Severity severity) {
  switch (severity) {
    case Severity::kBlock:
      return "block";
    case Severity::kError:
      return "error";
    case Severity::kWarn:
      return "warn";
    case Severity::kInfo:
      return "info";
  }
  return "";
}

const char* Name(Moment moment) {
  switch (moment) {
    case Moment::kDesign:
      return "design";
    case Moment::kContract:
      return "contract";
    case Moment::kRun:
      return "run";
    case Moment::kEvent:
      return "event";
    case Moment::kPeriodic:
      return "periodic";
    case Moment::kEnd:
      return "end";
  }
  return "";
}

base::Text Label(Outcome outcome) {
  switch (outcome) {
    case Outcome::kMet:
      return {"met", "充足"};
    case Outcome::kViolated:
      return {"violated", "違反"};
    case Outcome::kNotShown:
      return {"not shown", "未提示"};
    case Outcome::kNotApplicable:
      return {"not applicable", "非該当"};
    case Outcome::kExcepted:
      return {"excepted", "例外承認"};
  }
  return {};
}

base::Text Label(Severity severity) {
  switch (severity) {
    case Severity::kBlock:
      return {"block", "不可"};
    case Severity::kError:
      return {"error", "要是正"};
    case Severity::kWarn:
      return {"warning", "注意"};
    case Severity::kInfo:
      return {"information", "参考"};
  }
  return {};
}

base::Text Label(Moment moment) {
  switch (moment) {
    case Moment::kDesign:
      return {"design", "計画時"};
    case Moment::kContract:
      return {"contract", "契約時"};
    case Moment::kRun:
      return {"run time", "利用時"};
    case Moment::kEvent:
      return {"event", "事象発生時"};
    case Moment::kPeriodic:
      return {"periodic", "定期"};
    case Moment::kEnd:
      return {"end", "終了時"};
  }
  return {};
}

}  // namespace hikae::audit
