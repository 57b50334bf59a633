#include "engine/ledger.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace athanor::engine {

namespace {

constexpr std::size_t kViewColumns = 2;
constexpr std::size_t kHistoryColumns = 3;
constexpr std::size_t kReceiptColumns = 5;
constexpr std::size_t kActFields = 7;

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{}) return {};
  return value;
}

template <class Number>
std::optional<Number> number(const ports::Cell& cell) {
  return cell ? number<Number>(std::string_view(*cell)) : std::nullopt;
}

/// Cuts off what stands before the next `separator`, or all.
std::string_view next_piece(std::string_view& rest, char separator) {
  const std::string_view piece = rest.substr(0, rest.find(separator));
  rest.remove_prefix(std::min(rest.size(), piece.size() + 1));
  return piece;
}

/// One done act, its texts still where the reply has them.
struct ActLine {
  std::int64_t seq = 0;
  std::string_view revision, act, checksum, at;
  std::int64_t duration_ms = 0;
  std::string_view voided;  ///< ids, comma-separated

  /// nullopt: of a newer athanor, which says nothing that this one has to know
  [[nodiscard]] std::optional<ActKind> kind() const {
    if (act == kActUpgrade) return ActKind::Upgrade;
    if (act == kActDowngrade) return ActKind::Downgrade;
    if (act == kActStamp) return ActKind::Stamp;
    if (act.starts_with(kActAdopt)) return ActKind::Adopt;
    if (act == kActAccept) return ActKind::Accept;
    return std::nullopt;
  }
};

/// One line an act, oldest first.
std::vector<ActLine> parse_acts(std::string_view lines) {
  std::vector<ActLine> acts;
  acts.reserve(static_cast<std::size_t>(std::ranges::count(lines, '\n')) + 1);
  while (!lines.empty()) {
    std::string_view line = next_piece(lines, '\n');
    std::array<std::string_view, kActFields> field;
    for (auto& piece : field) piece = next_piece(line, '\t');
    acts.push_back({number<std::int64_t>(field[0]).value_or(0), field[1], field[2], field[3], field[4],
                    number<std::int64_t>(field[5]).value_or(0), field[6]});
  }
  // They come as they stand in the table, which is in order as a rule.
  if (!std::ranges::is_sorted(acts, {}, &ActLine::seq)) std::ranges::sort(acts, {}, &ActLine::seq);
  return acts;
}

/// What the ledger says is applied, act by act.
class AppliedSoFar {
 public:
  void read(const ActLine& act) {
    const auto kind = act.kind();
    if (!kind) return;
    switch (*kind) {
      case ActKind::Upgrade:
        last_[act.revision] = {&act, act.checksum};
        break;
      case ActKind::Accept:
        if (const auto known = last_.find(act.revision); known != last_.end())
          known->second.checksum = act.checksum;
        break;
      case ActKind::Downgrade:
        take_back(act.revision);
        taken_back_[act.revision].downgrade_ms = act.duration_ms;
        break;
      case ActKind::Stamp:
      case ActKind::Adopt:
        for (std::string_view rest = act.voided; !rest.empty();) take_back(next_piece(rest, ','));
        break;
    }
  }
  [[nodiscard]] std::unordered_map<std::string, AppliedAct> applied() const {
    std::unordered_map<std::string, AppliedAct> applied;
    applied.reserve(last_.size());
    for (const auto& [revision, known] : last_) {
      const ActLine& act = *known.upgrade;
      applied.emplace(revision,
                      AppliedAct{std::string(known.checksum), std::string(act.at), act.duration_ms});
    }
    return applied;
  }
  [[nodiscard]] std::unordered_map<std::string, PastDurations> taken_back() const {
    return {taken_back_.begin(), taken_back_.end()};
  }

 private:
  struct Known {
    const ActLine* upgrade = nullptr;
    std::string_view checksum;
  };
  void take_back(std::string_view revision) {
    const auto known = last_.find(revision);
    if (known == last_.end()) return;
    taken_back_[revision].upgrade_ms = known->second.upgrade->duration_ms;
    last_.erase(known);
  }

  // By revision.
  std::unordered_map<std::string_view, Known> last_;
  std::unordered_map<std::string_view, PastDurations> taken_back_;
};

// Stamps do not push out what was run.
std::vector<PastAct> latest_of(const std::vector<ActLine>& acts) {
  std::vector<PastAct> latest;
  std::size_t run = 0;
  std::size_t others = 0;
  for (auto act = acts.rbegin(); act != acts.rend() && run < kLatestActs; ++act) {
    const auto kind = act->kind();
    if (!kind) continue;
    std::size_t& count = *kind == ActKind::Upgrade || *kind == ActKind::Downgrade ? run : others;
    if (count == kLatestActs) continue;
    ++count;
    latest.push_back({std::string(act->revision), *kind, std::string(act->at), act->duration_ms});
  }
  return latest;
}

Error unexpected_reply() {
  return Error{ErrorKind::Transient, "UnexpectedReply",
               "the database answered the question for version rows and ledger with something else"};
}

/// @return Transient `UnexpectedReply`, Terminal `LedgerTooNew`
Result<LedgerEntry> parse_entry(std::string_view cell) {
  if (std::ranges::count(cell, kFieldSeparator) != kEntryFields - 1) return fail(unexpected_reply());
  std::array<std::string_view, kEntryFields> field;
  for (auto& piece : field) piece = next_piece(cell, kFieldSeparator);
  const int readable_from = number<int>(field[1]).value_or(kLedgerReadableFrom);
  if (readable_from > kLedgerLayout) {
    return fail(
        ErrorKind::Terminal, "LedgerTooNew",
        fmt::format("the ledger of this database was written by a newer athanor (it asks for layout {}, "
                    "this athanor knows {}). Update this athanor; the database is as it was.",
                    readable_from, kLedgerLayout));
  }
  LedgerEntry entry;
  entry.seq = number<std::int64_t>(field[0]).value_or(0);
  entry.act = field[2];
  entry.revision = field[3];
  entry.state = field[4];
  entry.checksum = field[5];
  entry.statements_done = number<std::size_t>(field[6]).value_or(0);
  entry.done_checksum = field[7];
  entry.index_before = number<std::int64_t>(field[8]);
  entry.owner =
      Owner{std::string(field[9]), std::string(field[10]), std::string(field[11]), std::string(field[12])};
  entry.at = field[13];
  entry.duration_ms = number<std::int64_t>(field[14]).value_or(0);
  return entry;
}

/// How many entries of an array in the server's text form, `{1,0,1}`, are not 1.
std::optional<std::size_t> count_misses(const ports::Cell& touched) {
  if (!touched) return {};
  std::string_view rest = *touched;
  if (!rest.starts_with('{') || !rest.ends_with('}')) return 1;
  rest = rest.substr(1, rest.size() - 2);
  std::size_t misses = 0;
  while (!rest.empty()) misses += next_piece(rest, ',') == "1" ? 0 : 1;
  return misses;
}

}  // namespace

std::string_view act_of(Direction direction) {
  return direction == Direction::Upgrade ? kActUpgrade : kActDowngrade;
}

std::string adopt_act(MigrationTool tool) {
  return fmt::format("{}{}", kActAdopt, to_string(tool));
}

bool LedgerEntry::open() const {
  return state == kStateRunning || state == kStateStarted || (state == kStateFailed && statements_done > 0);
}

Direction LedgerEntry::direction() const {
  return act == kActDowngrade ? Direction::Downgrade : Direction::Upgrade;
}

InterruptedRun LedgerEntry::run() const {
  return {revision, direction(), checksum, statements_done, state == kStateFailed};
}

std::vector<std::string> parse_version_rows(const ports::Cell& cell) {
  std::vector<std::string> rows;
  if (!cell) return rows;
  std::string_view rest = *cell;
  for (;;) {
    const auto end = rest.find('\n');
    rows.emplace_back(rest.substr(0, end));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  std::ranges::sort(rows);
  return rows;
}

std::int64_t next_seq(const View& view) {
  return view.last ? view.last->seq + 1 : 1;
}

Result<View> parse_view(const ports::Rows& rows) {
  if (rows.size() != 1 || rows.front().size() != kViewColumns) return fail(unexpected_reply());
  const ports::Row& row = rows.front();
  View view{parse_version_rows(row[0]), std::nullopt};
  if (!row[1]) return view;  // no ledger, or nothing in it
  auto entry = parse_entry(*row[1]);
  if (!entry) return fail(std::move(entry.error()));
  view.last = std::move(*entry);
  return view;
}

Result<Receipt> parse_receipt(const ports::Rows& rows) {
  if (rows.size() != 1 || rows.front().size() != kReceiptColumns) {
    return fail(ErrorKind::Conflict, "VersionMoved",
                "the ledger's row of this run was changed by somebody else while it ran");
  }
  const ports::Row& row = rows.front();
  return Receipt{row[0].value_or(""), parse_version_rows(row[1]), number<std::int64_t>(row[2]).value_or(0),
                 number<std::int64_t>(row[3]), count_misses(row[4])};
}

Result<History> parse_history(const ports::Rows& rows) {
  if (rows.size() != 1 || rows.front().size() != kHistoryColumns) return fail(unexpected_reply());
  ports::Row row = rows.front();
  const ports::Cell acts = std::move(row.back());
  row.pop_back();
  auto view = parse_view({std::move(row)});
  if (!view) return fail(std::move(view.error()));
  const auto lines = parse_acts(acts ? std::string_view(*acts) : std::string_view());
  AppliedSoFar so_far;
  for (const ActLine& act : lines) so_far.read(act);
  return History{std::move(*view), so_far.applied(), so_far.taken_back(), latest_of(lines)};
}

}  // namespace athanor::engine
