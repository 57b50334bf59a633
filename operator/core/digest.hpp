// SHA-256, and the digest that names a set of revisions (design section 5).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/revision_graph.hpp"

struct evp_md_ctx_st;

namespace athanor {

/// 64 lower-case hex digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// The same of bytes that come one piece after another.
class Sha256 {
 public:
  Sha256();

  void add(std::string_view bytes);
  /// As sha256_hex(). Ends it: nothing may be added, and it may not be asked again.
  [[nodiscard]] std::string hex();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  void flush();

  std::unique_ptr<evp_md_ctx_st, Free> context_;
  std::string waiting_;  ///< tokens are a few bytes each: handing each on alone would cost more than hashing
};

/// `sha256:` and 64 hex digits over the sorted (id, parents, checksums) of the graph: exactly what an
/// environment was given.
[[nodiscard]] std::string digest_of(const RevisionGraph& graph);

}  // namespace athanor
