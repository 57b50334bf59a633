// Who reads a message.
#pragma once

namespace athanor {

/// In whose words a message names the way out: the fields and annotations of a MigrationEnvironment, or the
/// command line's options and its ini file.
enum class Audience { Operator, CommandLine };

}  // namespace athanor
