// R1: 諮問書, 諮問依頼書(写) and their 別紙, in the papers' own form. Inside src/report only.
#ifndef HIKAE_REPORT_CONSULTATION_H_
#define HIKAE_REPORT_CONSULTATION_H_

#include "report/paper.h"

namespace hikae::report {

Document ConsultationReport(const Source& source, base::Language language);

// 表紙, 諮問書, 諮問依頼書 with its numbered headings.
void AddCover(Document& document, const Paper& paper);
void AddLetters(Document& document, const Paper& paper);
// 項目 / 内容 tables of one act: the work, and its safeguards. `number` counts the headings of the request.
void AddActs(Document& document, const Paper& paper, int& number);
// 別紙: items, policy table, flows, safeguards with fulfilment, track record, and every other part, so that none is
// lost.
void AddAnnexes(Document& document, const Paper& paper);

// A key of a table, unique in the document: the declaration's place in it and a name.
std::string KeyOf(const Paper& paper, std::string_view name);
// The part of a number that stands before its line: "(1)" of 契1(1); "" when it has none.
std::string LineNumber(std::string_view number);

}  // namespace hikae::report

#endif  // HIKAE_REPORT_CONSULTATION_H_
