// How the errors of revision_graph.hpp are told to a person.
#include <algorithm>

#include "core/revision_graph.hpp"

namespace athanor {
namespace {

/// A cycle may be as long as the history.
constexpr std::size_t kListed = 8;

std::string listed(const std::vector<std::string>& words, std::string_view between) {
  std::string list;
  for (std::size_t i = 0; i < std::min(words.size(), kListed); ++i) {
    list += (i == 0 ? "" : std::string(between)) + words[i];
  }
  if (words.size() > kListed) list += " and " + std::to_string(words.size() - kListed) + " more";
  return list;
}

std::string quoted(const std::string& word) {
  return "\"" + word + "\"";
}

Error terminal(std::string reason, std::string message, const std::string& revision = {},
               const std::string& file = {}) {
  return {ErrorKind::Terminal,
          std::move(reason),
          std::move(message),
          {.revision = revision, .file = file, .line = 0, .sqlstate = {}}};
}

std::string circle(const std::vector<std::string>& ids, const std::vector<std::string>& sources) {
  const std::string back = ids.size() > kListed ? "" : ", which needs " + ids.front() + " again";
  return listed(ids, ", which needs ") + back + " (" + listed(sources, "; ") + ")";
}

struct Teller {
  Error operator()(const DuplicateRevision& error) const {
    return terminal("DuplicateRevision",
                    "Revision " + quoted(error.id) +
                        " is defined more than once, and differently: " + listed(error.sources, "; ") +
                        ". Keep one of them, or give the other an id of its own.",
                    error.id, error.sources.front());
  }
  Error operator()(const MissingParent& error) const {
    return terminal("MissingParent",
                    error.source + ": revision " + quoted(error.id) + " names the parent " +
                        quoted(error.parent) +
                        " in down_revision, which is not among the revisions. Add that "
                        "revision's file, or correct down_revision.",
                    error.id, error.source);
  }
  Error operator()(const MissingDependency& error) const {
    return terminal("MissingDependency",
                    error.source + ": revision " + quoted(error.id) + " names " + quoted(error.dependency) +
                        " in depends_on, which is neither a revision nor a branch label here. Add that "
                        "revision's file, or correct depends_on.",
                    error.id, error.source);
  }
  Error operator()(const SelfLoop& error) const {
    return terminal("SelfLoop",
                    error.source + ": revision " + quoted(error.id) +
                        " names itself in down_revision. Name its parent, or none for a base.",
                    error.id, error.source);
  }
  Error operator()(const DependencySelfLoop& error) const {
    return terminal("DependencySelfLoop",
                    error.source + ": revision " + quoted(error.id) +
                        " depends on itself. Remove it, or its own branch label, from depends_on.",
                    error.id, error.source);
  }
  Error operator()(const Cycle& error) const {
    return terminal("Cycle",
                    "The revisions' parents go round in a circle: " + circle(error.ids, error.sources) +
                        ". Correct down_revision in one of them.",
                    error.ids.front(), error.sources.front());
  }
  Error operator()(const DependencyCycle& error) const {
    return terminal("DependencyCycle",
                    "The revisions' parents and dependencies go round in a circle: " +
                        circle(error.ids, error.sources) + ". Correct depends_on in one of them.",
                    error.ids.front(), error.sources.front());
  }
  Error operator()(const DuplicateLabel& error) const {
    return terminal("DuplicateLabel",
                    "The branch label " + quoted(error.label) + " names more than one revision: " +
                        listed(error.ids, ", ") + " (" + listed(error.sources, "; ") +
                        "). A label stands in one revision only and is no revision's id: rename one.",
                    error.ids.back(), error.sources.back());
  }
};

}  // namespace

Error to_error(const GraphError& error) {
  return std::visit(Teller{}, error);
}

}  // namespace athanor
