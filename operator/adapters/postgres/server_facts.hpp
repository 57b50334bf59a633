// What a new session asks its server about itself: one query.
#pragma once

#include <string>

#include "ports/database.hpp"

namespace athanor::postgres {

struct SessionFacts {
  ports::ServerFacts server;
  bool checks_client = false;  ///< the server has a client_connection_check_interval that works
};

/// One row for parse_facts().
/// @param with_identity everybody may call pg_control_system(), unless that was revoked
[[nodiscard]] std::string facts_sql(bool with_identity);

/// @param backend_pid as the protocol has it
[[nodiscard]] SessionFacts parse_facts(const ports::Row& row, int backend_pid);

/// A number that the server wrote; 0 for what is none.
[[nodiscard]] int to_int(const std::string& text);

}  // namespace athanor::postgres
