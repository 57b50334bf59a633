// Athanor: keeps databases at the revision that their environment names.
#include "cli/app.hpp"

int main(int argc, char** argv) {
  return athanor::cli::run(argc, argv);
}
