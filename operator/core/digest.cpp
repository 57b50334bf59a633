#include "core/digest.hpp"

// OpenSSL in core: SHA-256 is a pure function of bytes, and the one piece of cryptography that the core
// needs. Writing it by hand would be worse than one well-known dependency, and a port for it would be a port
// for arithmetic. No other core file includes OpenSSL.
#include <algorithm>
#include <array>
#include <vector>

#include <openssl/sha.h>

namespace athanor {
namespace {

/// Every field carries its length, so that no two different sets can be written alike.
void append_field(std::string& out, std::string_view field) {
  out += std::to_string(field.size());
  out += ':';
  out += field;
}

void append_sorted(std::string& out, std::vector<std::string> fields) {
  std::sort(fields.begin(), fields.end());
  out += std::to_string(fields.size());
  out += '[';
  for (const std::string& field : fields) append_field(out, field);
  out += ']';
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
  std::string hex;
  hex.reserve(hash.size() * 2);
  for (const unsigned char byte : hash) {
    hex += kDigits[byte >> 4U];
    hex += kDigits[byte & 15U];
  }
  return hex;
}

std::string digest_of(const RevisionGraph& graph) {
  std::string canonical = "athanor revisions 1\n";  // a later layout gets another number
  for (const Revision& revision : graph.revisions()) {
    append_field(canonical, revision.id);
    append_sorted(canonical, revision.down_revisions);
    append_sorted(canonical, revision.depends_on);
    append_sorted(canonical, revision.branch_labels);
    canonical += revision.transaction == TransactionMode::On ? '+' : '-';
    append_field(canonical, revision.upgrade.checksum);
    append_field(canonical, revision.downgrade ? revision.downgrade->checksum : "irreversible");
    canonical += '\n';
  }
  return "sha256:" + sha256_hex(canonical);
}

}  // namespace athanor
