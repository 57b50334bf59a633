#include "runtime/packed_text.hpp"

#include <cassert>
#include <cstdint>
#include <memory>
#include <new>

#include <zlib.h>

namespace athanor::runtime {
namespace {

/// The first byte of a packed text.
enum class Form : char { Plain, Deflated };

/// A raw stream: no header and no checksum, since it never leaves the process.
constexpr int kRaw = -MAX_WBITS;
/// 9 needs 256 KiB for as long as it takes, and these texts are short.
constexpr int kMemoryLevel = 5;

const Bytef* bytes(std::string_view text) {
  return reinterpret_cast<const Bytef*>(text.data());
}

std::string plain(std::string_view text) {
  std::string kept(1, static_cast<char>(Form::Plain));
  kept.append(text);
  return kept;
}

/// Its length, four bytes, stands before the stream.
void put_length(std::string& packed, std::size_t length) {
  for (int shift = 0; shift < 32; shift += 8) packed += static_cast<char>((length >> shift) & 0xFFU);
}

std::size_t take_length(std::string_view& packed) {
  std::size_t length = 0;
  for (unsigned i = 0; i < 4; ++i) length |= std::size_t{static_cast<unsigned char>(packed[i])} << (8 * i);
  packed.remove_prefix(4);
  return length;
}

}  // namespace

std::string pack_text(std::string_view text, std::string_view dictionary) {
  if (text.empty() || text.size() > UINT32_MAX) return plain(text);
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kRaw, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
      Z_OK)
    return plain(text);
  const std::unique_ptr<z_stream, decltype(&deflateEnd)> guard(&stream, &deflateEnd);
  deflateSetDictionary(&stream, bytes(dictionary), static_cast<uInt>(dictionary.size()));
  std::string packed(1, static_cast<char>(Form::Deflated));
  put_length(packed, text.size());
  const std::size_t head = packed.size();
  packed.resize(head + text.size());
  stream.next_in = const_cast<Bytef*>(bytes(text));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data() + head);
  stream.avail_out = static_cast<uInt>(text.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return plain(text);
  // A copy without spare room: this is what stays.
  return {packed.data(), head + stream.total_out};
}

std::string unpack_text(std::string_view packed, std::string_view dictionary) {
  if (packed.empty()) return {};
  const Form form{packed.front()};
  packed.remove_prefix(1);
  if (form == Form::Plain) return std::string(packed);
  std::string text(take_length(packed), '\0');
  z_stream stream{};
  if (inflateInit2(&stream, kRaw) != Z_OK) throw std::bad_alloc();
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> guard(&stream, &inflateEnd);
  inflateSetDictionary(&stream, bytes(dictionary), static_cast<uInt>(dictionary.size()));
  stream.next_in = const_cast<Bytef*>(bytes(packed));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  [[maybe_unused]] const int end = inflate(&stream, Z_FINISH);
  assert(end == Z_STREAM_END);
  return text;
}

}  // namespace athanor::runtime
