// The user's own alembic, asked what its scripts are and what SQL they make.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/revision.hpp"
#include "ports/filesystem.hpp"

namespace athanor::cli {

struct AlembicRequest {
  std::string program = "alembic";  ///< looked up in PATH unless it holds a slash
  std::string config;               ///< as alembic's -c
  std::string section;              ///< as alembic's -n
  std::vector<std::string> x;       ///< as alembic's -x, for env.py
  std::vector<Revision> sql;        ///< what is there already, after which scripts may come
};

/// Runs alembic in offline mode over the whole history. The program gets an environment of our own making
/// (alembic_reader.py) in a temporary folder, which is gone afterwards; in the project it writes nothing.
/// @param stop ends the program, and what it has started
/// @param cancel kills it, if it does not end
/// @return the reader's answer, JSON; Terminal `AlembicMissing` if the program is not there, `AlembicFailed`
/// if it ends without an answer; Transient `Stopped`
[[nodiscard]] Result<std::string> ask_alembic(const AlembicRequest& request, ports::Filesystem& files,
                                              const std::stop_token& stop, const std::stop_token& cancel);

}  // namespace athanor::cli
