#include "core/result.hpp"

namespace athanor {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::Transient:
      return "Transient";
    case ErrorKind::Terminal:
      return "Terminal";
    case ErrorKind::Blocked:
      return "Blocked";
    case ErrorKind::Conflict:
      return "Conflict";
    case ErrorKind::InDoubt:
      return "InDoubt";
  }
  return "Unknown";
}

}  // namespace athanor
