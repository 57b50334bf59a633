#include "adapters/kubernetes/api_watch_source.hpp"

#include <optional>
#include <string_view>

#include "adapters/kubernetes/line_decoder.hpp"
#include "adapters/kubernetes/object_decoder.hpp"

namespace athanor::kubernetes {
namespace {

ObjectContent content_of(WatchedKind kind) {
  return kind == WatchedKind::ConfigMap ? ObjectContent::MetadataOnly : ObjectContent::Whole;
}

}  // namespace

Result<ports::ListPage> ApiWatchSource::list(std::size_t limit, const std::string& continue_token,
                                             std::stop_token stop) {
  const auto answer = caller_.call(list_request(kind_, ns_, limit, continue_token), stop);
  if (!answer) return fail(answer.error());
  return decode_list(answer->body, content_of(kind_));
}

Result<void> ApiWatchSource::watch(const std::string& resource_version, std::chrono::seconds server_timeout,
                                   std::chrono::seconds idle_timeout, const ports::WatchHandler& handler,
                                   std::stop_token stop) {
  LineDecoder lines;
  std::optional<Error> failure;
  const auto on_line = [&](std::string_view line) {
    Result<ports::WatchEvent> event = decode_watch_line(line, content_of(kind_));
    if (!event) {
      failure = event.error();
      return false;
    }
    return handler(std::move(*event)) && !stop.stop_requested();
  };
  const auto on_chunk = [&](std::string_view chunk) {
    const Result<bool> more = lines.feed(chunk, on_line);
    if (!more) failure = more.error();
    return more && *more;
  };
  const auto ended = caller_.stream(watch_request(kind_, ns_, resource_version, server_timeout), idle_timeout,
                                    on_chunk, stop);
  if (failure) return fail(*failure);
  if (!ended && !stop.stop_requested()) return ended;
  return {};
}

}  // namespace athanor::kubernetes
