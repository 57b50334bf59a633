#include "adapters/kubernetes/line_decoder.hpp"

#include <fmt/format.h>

namespace athanor::kubernetes {
namespace {

// A watch lives for minutes and is mostly quiet: what one large object took is given back.
constexpr std::size_t kKeptCapacityBytes = std::size_t{16} * 1024;

std::string_view without_carriage_return(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

}  // namespace

Result<bool> LineDecoder::feed(std::string_view piece, const LineHandler& on_line) {
  while (true) {
    const std::size_t end = piece.find('\n');
    if (end == std::string_view::npos) break;
    const Result<bool> more = complete_line(piece.substr(0, end), on_line);
    if (!more || !*more) return more;
    piece.remove_prefix(end + 1);
  }
  if (const Result<void> kept = keep(piece); !kept) return fail(kept.error());
  return true;
}

Result<bool> LineDecoder::complete_line(std::string_view end, const LineHandler& on_line) {
  if (begun_.empty()) {
    const std::string_view line = without_carriage_return(end);
    return line.empty() || on_line(line);
  }
  if (const Result<void> kept = keep(end); !kept) return fail(kept.error());
  const std::string_view line = without_carriage_return(begun_);
  const bool more = line.empty() || on_line(line);
  begun_.clear();
  if (begun_.capacity() > kKeptCapacityBytes) begun_.shrink_to_fit();
  return more;
}

Result<void> LineDecoder::keep(std::string_view rest) {
  if (begun_.size() + rest.size() > max_line_bytes_) {
    return fail(ErrorKind::Transient, "ApiUnavailable",
                fmt::format("the API server's watch sent a line of more than {} bytes, which no Kubernetes "
                            "object can have; the watch begins anew",
                            max_line_bytes_));
  }
  begun_.append(rest);
  return {};
}

}  // namespace athanor::kubernetes
