#include "core/lock_holder.hpp"

namespace athanor {

std::string LockHolder::describe() const {
  if (of_file) return "another process";
  std::string text = application.empty() ? "another session" : application;
  if (!user.empty()) text += " as " + user;
  if (!client.empty()) text += " from " + client;
  if (!since.empty()) text += ", connected since " + since;
  if (pid != 0) text += " (server process " + std::to_string(pid) + ")";
  return text;
}

}  // namespace athanor
