// From the names and values of the data to what an officer reads.
#ifndef HIKAE_REPORT_WORDS_H_
#define HIKAE_REPORT_WORDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "audit/pack.h"
#include "base/error.h"
#include "registry/registry.h"
#include "report/document.h"

namespace hikae::report {

// "2021-05-06" as 令和3年5月6日 in Japanese, unchanged in English; text that is no date is returned as it is.
std::string SayDay(std::string_view iso, base::Language language);
// Cedar milliseconds: a civil date, which stands as midnight UTC, or a moment by the clock in Japan.
std::string SayMoment(int64_t milliseconds, base::Language language);
std::string SayDuration(int64_t milliseconds, base::Language language);
std::string SayBool(bool value, base::Language language);
// Where evidence comes from; its own words for what is not there are said in the language, files and lines stay.
std::string SaySource(std::string_view source, base::Language language);

// Looks names up in a pack (labels of its schema, titles of its controls) and in what was declared. Holds pointers to
// both: lives no longer than they. Without them (nullptr) every name is printed as the data spells it.
class Names {
 public:
  // `others`: asked in their order where the pack has no word.
  Names(const audit::Pack* pack, const registry::Snapshot* snapshot, base::Language language,
        const std::vector<const audit::Pack*>& others = {});

  base::Language language() const { return language_; }
  std::string Type(std::string_view type) const;                              // 委託契約
  std::string Attribute(std::string_view type, std::string_view name) const;  // 名簿の提出日
  std::string Heading(std::string_view type, std::string_view name) const;    // @heading, or ""
  std::string Entity(const cedar::EntityUid& uid) const;                      // its title, else its id
  std::string Value(const cedar::Value& value) const;                         // for people
  // The same for a value that is given as Cedar text; what cannot be read as one is returned as it is.
  // Of a set, at most `most` elements and the number of the others.
  static constexpr size_t kAll = static_cast<size_t>(-1);
  std::string ValueText(std::string_view cedar_text, size_t most = kAll) const;
  // True for the reference to the entity that a part is written in: it tells a reader nothing new.
  bool IsOwner(std::string_view type, std::string_view attribute) const;
  std::string Confidence(
      std::string_view mark) const;  // what a mark of @confidence means; "" when the pack does not say
  // What a judgement was given, as the path of its evidence names it: the day judged, or a word of the paper that the
  // ward gave a number to ("context.params.trainingWithin"), as the pack with that id spells it.
  std::string Context(std::string_view path, std::string_view pack) const;
  // Type::"id" as 種類「題名」.
  std::string EntityText(std::string_view cedar_text) const;

 private:
  std::string Label(const cedar::Annotations& annotations, std::string_view name) const;

  // What people call an id of a closed vocabulary; "" when nobody says.
  std::string Word(const cedar::EntityUid& uid) const;
  std::string Manifest(std::string_view section, std::string_view id) const;
  std::string WordIn(const codec::Node* ids, std::string_view id) const;

  const cedar::EntityType* FindType(std::string_view type) const;

  std::vector<const audit::Pack*> packs_;
  const registry::Snapshot* snapshot_;
  base::Language language_;
};

}  // namespace hikae::report

#endif  // HIKAE_REPORT_WORDS_H_
