#include "controller/gzip.hpp"

#include <array>
#include <memory>

#include <zlib.h>

namespace athanor::controller {
namespace {

constexpr int kGzipOnly = 16 + MAX_WBITS;

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

}  // namespace athanor::controller
