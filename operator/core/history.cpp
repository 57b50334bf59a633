#include "core/history.hpp"

namespace athanor {

std::string Owner::short_name() const {
  return ns.empty() ? name : ns + "/" + name;
}

std::string Owner::describe() const {
  return cluster.empty() ? short_name() : short_name() + " in cluster " + cluster;
}

}  // namespace athanor
