#include "adapters/kubernetes/base64.hpp"

#include <limits>

#include <openssl/evp.h>

namespace athanor::kubernetes {
namespace {

std::string without_space(std::string_view text) {
  std::string packed;
  packed.reserve(text.size());
  for (const char c : text) {
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') packed += c;
  }
  return packed;
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL writes a NUL behind it
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
  const std::string packed = without_space(text);
  if (packed.empty()) return std::string();
  if (packed.size() % 4 != 0 || packed.size() > std::numeric_limits<int>::max()) return std::nullopt;
  // OpenSSL takes padding anywhere for zero bits; only one or two at the end are padding.
  const std::size_t pad = packed.find('=');
  const std::size_t padding = pad == std::string::npos ? 0 : packed.size() - pad;
  if (padding > 2 ||
      packed.find_first_not_of('=', pad == std::string::npos ? packed.size() : pad) != std::string::npos) {
    return std::nullopt;
  }
  std::string bytes(packed.size() / 4 * 3, '\0');
  const int decoded =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(packed.data()), static_cast<int>(packed.size()));
  if (decoded < 0) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(decoded) - padding);
  return bytes;
}

}  // namespace athanor::kubernetes
