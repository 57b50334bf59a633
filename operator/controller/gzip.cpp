#include "controller/gzip.hpp"

#include <array>
#include <cassert>
#include <memory>
#include <new>

#include <zlib.h>

namespace athanor::controller {
namespace {

constexpr int kGzipOnly = 16 + MAX_WBITS;
constexpr int kMemoryLevel = 9;
constexpr int kUnknownSystem = 255;

tl::unexpected<Error> invalid(std::string_view what, std::string_view why) {
  return fail(ErrorKind::Terminal, "InvalidGzip",
              std::string(what) + " " + std::string(why) + "; make it anew with `gzip -n`.",
              ErrorSite{.file = std::string(what)});
}

}  // namespace

Result<std::string> gunzip(std::string_view packed, std::string_view what, std::size_t limit) {
  z_stream stream{};
  if (inflateInit2(&stream, kGzipOnly) != Z_OK) return invalid(what, "could not be unpacked (out of memory)");
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> guard(&stream, &inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());

  std::string unpacked;
  std::array<char, 64 * 1024> buffer;
  while (true) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = buffer.size();
    const int status = inflate(&stream, Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END) {
      return invalid(what, status == Z_BUF_ERROR ? "is cut short" : "is not gzip");
    }
    unpacked.append(buffer.data(), buffer.size() - stream.avail_out);
    if (unpacked.size() > limit) {
      unpacked.resize(limit + 1);
      return unpacked;
    }
    if (status != Z_STREAM_END) continue;
    if (stream.avail_in == 0) return unpacked;
    if (inflateReset(&stream) != Z_OK) return invalid(what, "is not gzip");
  }
}

std::string gzip(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipOnly, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
      Z_OK)
    throw std::bad_alloc();  // as the allocations of the standard library do
  const std::unique_ptr<z_stream, decltype(&deflateEnd)> guard(&stream, &deflateEnd);
  gz_header head{};
  head.os = kUnknownSystem;
  deflateSetHeader(&stream, &head);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  [[maybe_unused]] const int end = deflate(&stream, Z_FINISH);
  assert(end == Z_STREAM_END);
  packed.resize(stream.total_out);
  return packed;
}

}  // namespace athanor::controller
