// What an environment's owner allows.
#pragma once

namespace athanor {

struct Policy {
  enum class Downgrade { Deny, Allow };
  enum class EditedRevision { Fail, Warn };

  Downgrade downgrade = Downgrade::Deny;
  EditedRevision edited_revision = EditedRevision::Fail;
};

}  // namespace athanor
