// What is kept of each environment, packed against one as most of them look.
#include "api/familiar_object.hpp"

#include <string>

#include <gtest/gtest.h>

#include "runtime/packed_text.hpp"
#include "unit/controller/revisions.hpp"
#include "unit/controller/world.hpp"

namespace athanor::controller {
namespace {

TEST(FamiliarObject, leaves_little_of_a_status_that_is_up_to_date) {
  World world;
  world.config_maps.put(config_map({"shop", "revisions"}, chain(2)));
  world.add(kStaging);
  world.reconcile(kStaging);
  ASSERT_EQ(world.condition(kStaging, "Ready"), "True UpToDate");
  const std::string patch = world.client.status_patches().back().patch;
  const std::size_t alone = runtime::pack_text(patch).size();
  const std::size_t familiar = runtime::pack_text(patch, api::kFamiliarObject).size();
  EXPECT_LT(familiar * 2, alone)
      << "the reasons or the order of the fields have changed: bring the text up to date";
}

}  // namespace
}  // namespace athanor::controller
