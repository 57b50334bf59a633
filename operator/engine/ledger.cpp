#include "engine/ledger.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace athanor::engine {

namespace {

constexpr std::size_t kViewColumns = 16;
constexpr std::size_t kReceiptColumns = 5;
constexpr std::size_t kActColumns = 4;

template <class Number>
std::optional<Number> number(const ports::Cell& cell) {
  Number value{};
  if (!cell || std::from_chars(cell->data(), cell->data() + cell->size(), value).ec != std::errc{}) return {};
  return value;
}

}  // namespace

std::string_view act_of(Direction direction) {
  return direction == Direction::Upgrade ? kActUpgrade : kActDowngrade;
}

bool LedgerEntry::open() const {
  return state == kStateRunning || (state == kStateFailed && statements_done > 0);
}

Direction LedgerEntry::direction() const {
  return act == kActDowngrade ? Direction::Downgrade : Direction::Upgrade;
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

Result<View> parse_view(const ports::Rows& rows) {
  if (rows.size() != 1 || rows.front().size() != kViewColumns) {
    return fail(ErrorKind::Transient, "UnexpectedReply",
                "the database answered the question for version rows and ledger with something else");
  }
  const ports::Row& row = rows.front();
  View view;
  view.rows = parse_version_rows(row[0]);
  const auto seq = number<std::int64_t>(row[1]);
  if (!seq) return view;  // no ledger, or nothing in it
  const int readable_from = number<int>(row[2]).value_or(kLedgerReadableFrom);
  if (readable_from > kLedgerLayout) {
    return fail(
        ErrorKind::Terminal, "LedgerTooNew",
        fmt::format("the ledger of this database was written by a newer athanor (it asks for layout {}, "
                    "this athanor knows {}). Update this athanor; the database is as it was.",
                    readable_from, kLedgerLayout));
  }
  LedgerEntry entry;
  entry.seq = *seq;
  entry.act = row[3].value_or("");
  entry.revision = row[4].value_or("");
  entry.state = row[5].value_or("");
  entry.checksum = row[6].value_or("");
  entry.statements_done = number<std::size_t>(row[7]).value_or(0);
  entry.done_checksum = row[8].value_or("");
  entry.index_before = number<std::int64_t>(row[9]);
  entry.owner = Owner{row[10].value_or(""), row[11].value_or(""), row[12].value_or(""), row[13].value_or("")};
  entry.at = row[14].value_or("");
  entry.duration_ms = number<std::int64_t>(row[15]).value_or(0);
  view.last = std::move(entry);
  return view;
}

Result<Receipt> parse_receipt(const ports::Rows& rows) {
  if (rows.size() != 1 || rows.front().size() != kReceiptColumns) {
    return fail(ErrorKind::Conflict, "VersionMoved",
                "the ledger's row of this run was changed by somebody else while it ran");
  }
  const ports::Row& row = rows.front();
  return Receipt{row[0].value_or(""), parse_version_rows(row[1]), number<std::int64_t>(row[2]).value_or(0),
                 number<std::int64_t>(row[3]), number<std::size_t>(row[4])};
}

std::unordered_map<std::string, AppliedAct> parse_acts(const ports::Rows& rows) {
  std::unordered_map<std::string, AppliedAct> acts;
  acts.reserve(rows.size());
  for (const ports::Row& row : rows) {
    if (row.size() != kActColumns || !row[0]) continue;
    acts.insert_or_assign(*row[0], AppliedAct{row[1].value_or(""), row[2].value_or(""),
                                              number<std::int64_t>(row[3]).value_or(0)});
  }
  return acts;
}

}  // namespace athanor::engine
