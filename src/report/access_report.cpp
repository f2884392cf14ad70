#include "report/access_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "codec/hex.h"
#include "report/charts.h"

namespace hikae::report {
namespace {

using base::Language;
using log::ActCounts;
using log::ActorCounts;
using log::Statistics;

constexpr size_t kMostPersons = 100;    // rows of the table of persons; the rest is one row
constexpr size_t kMostOutOfHours = 20;  // persons named for it
constexpr size_t kMostHandlings = 100;

std::string Clock(uint16_t minutes) { return fmt::format("{}:{:02}", minutes / 60, minutes % 60); }

class Writer {
 public:
  Writer(const Source& source, const AccessSource& access, Language language)
      : source_(source),
        access_(access),
        counted_(access.statistics),
        names_(&source.pack, &source.snapshot, language, source.others),
        words_(access, names_) {
    for (const auto& [actor, counts] : counted_.actors) persons_.emplace_back(actor, &counts);
  }

  Document Write() {
    Head();
    Summary();
    Months();
    Hours();
    Persons();
    Acts();
    OutOfHours();
    AddEvents(document_, access_, words_);
    AddChain(document_, access_, words_);
    AddReviews(document_, source_, access_, words_);
    return std::move(document_);
  }

 private:
  using Person = std::pair<crypto::Pseudonym, const ActorCounts*>;

  std::string In(std::string_view en, std::string_view ja) const { return words_.In(en, ja); }
  Language language() const { return words_.language(); }
  std::string Range() const {
    const std::string from = SayDay(base::FormatIso(counted_.options.from), language());
    const std::string until = SayDay(base::FormatIso(counted_.options.until), language());
    return In(from + " to " + until, from + "から" + until + "まで");
  }
  std::string WorkingTime() const {
    return Clock(counted_.options.opens) + In("–", "～") + Clock(counted_.options.closes);
  }
  static Content Count(uint64_t count) { return Content(SayCount(count)); }

  void Head() {
    document_.report = "access-log";
    document_.id = "R11";
    document_.language = language();
    document_.office = source_.office;
    document_.title = In("Review of the access log", "アクセス記録点検報告");
    document_.subtitles = {In("Period: ", "対象期間: ") + Range()};
    if (!source_.handling.empty())
      document_.subtitles.push_back(In("Handling: ", "業務: ") + words_.Handling(source_.handling));
    document_.running = source_.office + In(" · ", "　") + document_.title + In(" · ", "　") + Range();
    document_.meta.Set("from", codec::Node::String(base::FormatIso(counted_.options.from)))
        .Set("until", codec::Node::String(base::FormatIso(counted_.options.until)))
        .Set("handling", codec::Node::String(source_.handling));
    KeyValues& foot = document_.provenance;
    foot.key = "provenance";
    foot.caption = In("what this report was made from", "この報告の作成根拠");
    foot.key_label = In("item", "項目");
    foot.value_label = In("content", "内容");
    foot.entries = {{"office", In("office", "実施機関"), source_.office},
                    {"period", In("period", "対象期間"), Range()},
                    {"entries", In("entries counted", "集計した記録"), Count(counted_.entries)},
                    {"pack", In("pack", "規程集"), source_.pack.id},
                    {"working_time", In("working time", "執務時間"), WorkingTime()},
                    {"closed_days", In("closed days", "閉庁日"), ClosedDays()},
                    {"large", In("much at once", "大量とみなす件数"), words_.Threshold()}};
  }

  std::string ClosedDays() const {
    const base::ClosedDays& closed = counted_.options.closed;
    std::string out;
    const auto add = [&](std::string_view en, std::string_view ja) {
      out += (out.empty() ? "" : In(", ", "、")) + In(en, ja);
    };
    if (closed.weekends) add("Saturdays and Sundays", "土曜日・日曜日");
    if (!closed.yearly.empty())
      add(fmt::format("{} days of each year", closed.yearly.size()), fmt::format("毎年{}日", closed.yearly.size()));
    if (!closed.dates.empty())
      add(fmt::format("{} holidays by date", closed.dates.size()),
          fmt::format("日付による休日{}日", closed.dates.size()));
    if (out.empty()) add("none", "なし");
    if (closed.dates.empty())
      out += In(" (no list of national holidays was given: they count as open)",
                "（国民の祝日の一覧は与えられておらず、開庁日として数えた）");
    return out;
  }

  void Summary() {
    document_.Add(Heading{2, In("1 Summary", "1 要約")});
    if (!access_.kept) {
      document_.Add(
          Note{Tone::kOpen, In("No access log", "アクセス記録がない"),
               Content(In("This office keeps no access log. Nothing below shows what was done or not done.",
                          "この台帳にはアクセス記録がない。以下の件数は、操作がなかったことを示すものではない。"))});
    }
    KeyValues values;
    values.key = "summary";
    values.caption = In("summary", "要約");
    values.show_caption = false;
    const auto add = [&](const char* key, std::string label, Content value) {
      values.entries.push_back({key, std::move(label), std::move(value)});
    };
    const ActCounts& total = counted_.total;
    const auto times = [&](uint64_t n) {
      return Content(In(SayCount(n), SayCount(n) + "件"), n == 0 ? Tone::kPlain : Tone::kStrong);
    };
    add("verification", In("chain of entries", "連鎖検証の結果"),
        SayVerdict(access_, words_, " (see 11)", "（11を参照）"));
    add("entries", In("entries", "記録の件数"), times(counted_.entries));
    add("acts", In("acts of persons", "うち利用者の操作"), times(total.acts));
    add("persons", In("persons", "利用者の数"),
        Content(In(SayCount(PersonCount()), SayCount(PersonCount()) + "人") + AtLeast()));
    add("refused", In("refused", "拒否"), times(total.refused));
    add("out_of_hours", In("out of hours", "時間外"), times(total.out_of_hours));
    add("closed_day", In("on closed days", "閉庁日"), times(total.closed_day));
    add("large", In("much at once", "大量の閲覧・持出し等"), times(counted_.large_total));
    add("administrative", In("acts of administration", "管理者操作"), times(counted_.administrative.total));
    add("losses", In("possible losses", "記録の欠落の可能性"), times(counted_.losses.total));
    add("reviews", In("reviews recorded", "点検の記録"), times(counted_.reviews.total));
    document_.Add(std::move(values));
    LeftOut();
  }

  uint64_t PersonCount() const { return counted_.actors.size(); }
  std::string AtLeast() const { return counted_.other_actors.acts == 0 ? "" : In(" at least", "以上"); }

  // What was not counted is said at once.
  void LeftOut() {
    Content left;
    const auto add = [&](uint64_t count, std::string_view en, std::string_view ja) {
      if (count != 0) left.Add(In(SayCount(count) + std::string(en), std::string(ja) + SayCount(count) + "件"));
    };
    add(counted_.unreadable, " entries cannot be read; see the verification", "読めない記録（連鎖検証の結果を参照）: ");
    add(counted_.foreign, " entries are of another version of hikae and were not taken apart",
        "別の版の hikae の記録（内容は未確認）: ");
    add(counted_.times_back, " entries have a time before that of the entry before", "直前の記録より時刻が前の記録: ");
    add(counted_.other_actors.acts, " acts are of persons beyond those that are counted one by one",
        "個別に数えられる人数を超えた利用者の操作: ");
    if (left.empty()) return;
    document_.Add(Note{Tone::kOpen, In("Not counted, or to be looked at", "数えていないもの・確認を要するもの"),
                       std::move(left)});
  }

  static TableRow CountsRow(Content name, const ActCounts& counts) {
    return {"",
            {std::move(name), Count(counts.acts), Count(counts.refused), Count(counts.out_of_hours),
             Count(counts.closed_day), Count(counts.touched)}};
  }
  Table CountsTable(const char* key, std::string caption, std::string name) const {
    Table table;
    table.key = key;
    table.caption = std::move(caption);
    table.show_caption = false;
    table.first_is_header = true;
    table.columns = {{"name", std::move(name), 26},
                     {"acts", In("acts", "件数"), 0},
                     {"refused", In("refused", "拒否"), 0},
                     {"out_of_hours", In("out of hours", "時間外"), 0},
                     {"closed_day", In("closed days", "閉庁日"), 0},
                     {"touched", In("items touched", "対象件数"), 0}};
    table.empty_text = In("No act in this period.", "この期間に操作はない。");
    return table;
  }

  void Months() {
    document_.Add(Heading{2, In("2 By month", "2 月別の件数")});
    std::vector<Bar> bars;
    Table table = CountsTable("months", In("acts by month", "月別の件数"), In("month", "月"));
    for (const auto& [month, counts] : counted_.months) {
      const int year = month / 12, of_year = month % 12 + 1;
      const bool names_year = bars.empty() || of_year == 1;
      bars.push_back({In(fmt::format("{:02}", of_year), fmt::format("{}月", of_year)),
                      names_year ? In(std::to_string(year), fmt::format("{}年", year)) : "", counts.acts,
                      counts.refused});
      table.rows.push_back(
          CountsRow(In(fmt::format("{}-{:02}", year, of_year), fmt::format("{}年{}月", year, of_year)), counts));
    }
    if (bars.size() > kMostBars) {
      document_.Add(Paragraph{Content(In("The drawing shows the first 36 months; the table has all.",
                                         "図は最初の36か月である。表にはすべての月がある。"))});
    }
    const ChartText text{"months", In("acts by month", "月別の件数"),
                         In("a bar for each month; its dark part was refused", "月ごとの棒。濃い部分は拒否された操作"),
                         In("acts", "操作"), In("of these refused", "うち拒否")};
    document_.Add(Figure{BarChart(bars, text), In("acts by month", "月別の件数")});
    document_.Add(std::move(table));
  }

  void Hours() {
    document_.Add(Heading{2, In("3 By weekday and hour", "3 曜日・時間帯別の件数")});
    static constexpr const char* kKeys[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
    static constexpr const char* kEn[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* kJa[] = {"日", "月", "火", "水", "木", "金", "土"};
    std::vector<HeatRow> rows;
    std::vector<std::string> columns;
    std::vector<bool> framed;
    for (int hour = 0; hour < 24; ++hour) {
      columns.push_back(std::to_string(hour));
      framed.push_back(hour * 60 + 60 > counted_.options.opens && hour * 60 < counted_.options.closes);
    }
    Table table;
    table.key = "hours";
    table.caption = In("acts by weekday and hour", "曜日・時間帯別の件数");
    table.show_caption = false;
    table.columns.push_back({"hour", In("hour", "時"), 0});
    for (const size_t day : {1, 2, 3, 4, 5, 6, 0}) {
      const auto& values = counted_.hours[day];
      rows.push_back({In(kEn[day], kJa[day]), {values.begin(), values.end()}});
      table.columns.push_back({kKeys[day], In(kEn[day], kJa[day]), 0});
    }
    for (size_t hour = 0; hour < columns.size(); ++hour) {
      TableRow row{"", {Content(columns[hour])}};
      for (const HeatRow& day : rows) row.cells.push_back(Count(day.values[hour]));
      table.rows.push_back(std::move(row));
    }
    const ChartText text{"hours", table.caption,
                         In("a row for each weekday, a column for each hour in Japan; the number of acts in each cell",
                            "曜日ごとの行、時（日本時間）ごとの列。数字は件数"),
                         "", ""};
    document_.Add(Figure{HeatMap(rows, columns, framed, text),
                         In("acts by weekday and hour in Japan; hours with a frame touch working time",
                            "曜日・時間帯別の件数（日本時間。枠のある列は執務時間を含む）")});
    document_.Add(std::move(table));
  }

  // By `more`, largest first; equal ones by pseudonym.
  template <class More>
  std::vector<Person> Sorted(More more) const {
    std::vector<Person> sorted = persons_;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [&](const Person& a, const Person& b) { return more(*a.second) > more(*b.second); });
    return sorted;
  }

  void Persons() {
    document_.Add(Heading{2, In("4 By person", "4 利用者別の件数")});
    Table table = CountsTable("persons", In("acts by person", "利用者別の件数"), In("person", "利用者"));
    table.columns[0].width = 22;
    table.columns.push_back({"most_in_an_hour", In("most in an hour", "1時間の最多"), 0});
    table.columns.push_back({"first", In("first", "最初"), 12});
    table.columns.push_back({"last", In("last", "最後"), 12});
    const auto sorted = Sorted([](const ActorCounts& counts) { return counts.acts; });
    ActCounts rest = counted_.other_actors;
    for (size_t i = 0; i < sorted.size(); ++i) {
      const ActorCounts& counts = *sorted[i].second;
      if (i >= kMostPersons) {
        log::AddTo(rest, counts);
        continue;
      }
      TableRow row = CountsRow(words_.Person(sorted[i].first), counts);
      row.cells.push_back(Count(counts.most_in_an_hour));
      row.cells.emplace_back(words_.Time(counts.first).substr(0, 10));
      row.cells.emplace_back(words_.Time(counts.last).substr(0, 10));
      table.rows.push_back(std::move(row));
    }
    if (rest.acts != 0) {
      TableRow row = CountsRow(In("all others", "その他の利用者"), rest);
      row.cells.resize(table.columns.size());
      table.rows.push_back(std::move(row));
    }
    document_.Add(std::move(table));
  }

  void Acts() {
    document_.Add(Heading{2, In("5 By act and handling", "5 操作別・業務別の件数")});
    Table types = CountsTable("types", In("entries by kind of act", "操作別の件数"), In("kind of act", "操作"));
    for (const auto& [type, counts] : counted_.types)
      types.rows.push_back(CountsRow(log::EntryTypeName(type).In(language()), counts));
    document_.Add(std::move(types));
    Table table = CountsTable("handlings", In("acts by handling", "業務別の件数"), In("handling", "業務"));
    table.empty_text = In("No act names a handling.", "業務を示す操作はない。");
    std::vector<std::pair<std::string, ActCounts>> sorted(counted_.handlings.begin(), counted_.handlings.end());
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
      return a.second.acts != b.second.acts ? a.second.acts > b.second.acts : a.first < b.first;
    });
    ActCounts rest = counted_.other_handlings;
    for (size_t i = 0; i < sorted.size(); ++i) {
      if (i < kMostHandlings) {
        table.rows.push_back(CountsRow(words_.Handling(sorted[i].first), sorted[i].second));
      } else {
        log::AddTo(rest, sorted[i].second);
      }
    }
    if (rest.acts != 0) table.rows.push_back(CountsRow(In("all others", "その他の業務"), rest));
    document_.Add(std::move(table));
  }

  void OutOfHours() {
    document_.Add(Heading{2, In("6 Out of hours and on closed days", "6 時間外・閉庁日")});
    document_.Add(Paragraph{
        Content(In("Working time: ", "執務時間: ") + WorkingTime()).Add(In("Closed: ", "閉庁日: ") + ClosedDays())});
    Table table;
    table.key = "out_of_hours";
    table.caption = In("persons with acts out of hours", "時間外・閉庁日の操作がある利用者");
    table.show_caption = false;
    table.first_is_header = true;
    table.columns = {{"name", In("person", "利用者"), 40},
                     {"out_of_hours", In("out of hours", "時間外"), 0},
                     {"closed_day", In("closed days", "閉庁日"), 0},
                     {"share", In("share of all acts", "全操作に占める割合"), 0}};
    table.empty_text = In("No act out of hours or on a closed day.", "時間外・閉庁日の操作はない。");
    const auto sorted = Sorted([](const ActorCounts& counts) { return counts.out_of_hours + counts.closed_day; });
    size_t others = 0;
    for (const auto& [actor, counts] : sorted) {
      const uint64_t out = counts->out_of_hours + counts->closed_day;
      if (out == 0) break;
      if (table.rows.size() == kMostOutOfHours) {
        ++others;
        continue;
      }
      table.rows.push_back({"",
                            {words_.Person(actor), Count(counts->out_of_hours), Count(counts->closed_day),
                             Content(fmt::format("{}%", (out * 100 + counts->acts / 2) / counts->acts))}});
    }
    document_.Add(std::move(table));
    if (others != 0)
      document_.Add(
          Paragraph{Content(In(fmt::format("and {} more persons", others), fmt::format("ほか{}人", others)))});
  }

  const Source& source_;
  const AccessSource& access_;
  const Statistics& counted_;
  const Names names_;
  const AccessWords words_;
  std::vector<Person> persons_;
  Document document_;
};

}  // namespace

Content AccessWords::Person(const std::optional<crypto::Pseudonym>& actor) const {
  if (!actor) return Content(In("(nobody named)", "（記載なし）"), Tone::kMuted);
  if (access_.name_of) {
    if (const auto name = access_.name_of(*actor)) return Content(*name);
  }
  // Enough to tell two apart, and to find it in the log.
  return Content(codec::Hex(std::span(*actor).first(6)), Tone::kCode);
}

std::string AccessWords::Handling(const std::string& code) const { return names_.Entity({"Handling", code}); }

std::string AccessWords::Time(int64_t micros) {
  constexpr int64_t kSecond = 1'000'000;
  const base::Day day = base::DayInJapan(micros);
  // Within the day; the day's own beginning never leaves the range of an instant that was counted.
  const int64_t seconds = (micros - (static_cast<int64_t>(day) * 86'400 - 9 * 3'600) * kSecond) / kSecond;
  return fmt::format("{} {:02}:{:02}:{:02}", base::FormatIso(day), seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string AccessWords::Threshold() const {
  const std::string count = SayCount(access_.statistics.options.large);
  return In(count + " or more by one person within one hour of the clock",
            "一人が同じ時間帯（1時間）に" + count + "件以上");
}

Document AccessReport(const Source& source, const AccessSource& access, Language language) {
  return Writer(source, access, language).Write();
}

}  // namespace hikae::report
