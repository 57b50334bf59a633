#include "adapters/kubernetes/token_source.hpp"

#include <string_view>

#include <fmt/format.h>

namespace athanor::kubernetes {
namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n";

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(kWhiteSpace);
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(kWhiteSpace) - begin + 1);
}

}  // namespace

Result<std::string> TokenSource::token() {
  const std::lock_guard lock(mutex_);
  const bool due = !was_read_ || clock_.now() - read_at_ >= kReadAgainAfter;
  if (!settings_.file.empty() && due) {
    if (const Result<void> done = read(); !done && token_.empty()) return fail(done.error());
  }
  return token_;
}

bool TokenSource::refresh(const std::string& refused) {
  const std::lock_guard lock(mutex_);
  // Another thread may have been faster: then what it read is worth a try, and the file need not be read.
  if (token_ != refused) return true;
  if (settings_.file.empty()) return false;
  return read() && token_ != refused;
}

Result<void> TokenSource::read() {
  const Result<std::string> text = files_.read(settings_.file);
  if (!text) return fail(text.error());
  std::string next = trimmed(*text);
  if (next.empty()) {
    return fail(ErrorKind::Transient, "Unauthorized",
                fmt::format("the token file {} is empty", settings_.file.string()));
  }
  token_ = std::move(next);
  was_read_ = true;
  read_at_ = clock_.now();
  return {};
}

}  // namespace athanor::kubernetes
