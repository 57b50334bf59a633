#include "core/digest.hpp"

// OpenSSL in core: SHA-256 is a pure function of bytes, and the one piece of cryptography that the core
// needs. Writing it by hand would be worse than one well-known dependency, and a port for it would be a port
// for arithmetic. No other core file includes OpenSSL.
#include <algorithm>
#include <array>
#include <new>
#include <vector>

#include <openssl/evp.h>
#include <openssl/sha.h>

namespace athanor {
namespace {

using Hash = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

constexpr std::size_t kFlushedAtOnce = 4096;

std::string hex_of(const Hash& hash) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(hash.size() * 2);
  for (const unsigned char byte : hash) {
    hex += kDigits[byte >> 4U];
    hex += kDigits[byte & 15U];
  }
  return hex;
}

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
  Hash hash{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
  return hex_of(hash);
}

void Sha256::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  // Fails only where memory has run out, as the allocations of the standard library do.
  if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1) throw std::bad_alloc();
}

void Sha256::add(std::string_view bytes) {
  waiting_ += bytes;
  if (waiting_.size() >= kFlushedAtOnce) flush();
}

void Sha256::flush() {
  EVP_DigestUpdate(context_.get(), waiting_.data(), waiting_.size());
  waiting_.clear();
}

std::string Sha256::hex() {
  flush();
  Hash hash{};
  EVP_DigestFinal_ex(context_.get(), hash.data(), nullptr);
  return hex_of(hash);
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
