#include "runtime/packed_text.hpp"

#include <string>

#include <gtest/gtest.h>

namespace athanor::runtime {
namespace {

TEST(PackedText, ComesBackAsItWas) {
  std::string all_bytes;
  for (int byte = 0; byte < 256; ++byte) all_bytes += static_cast<char>(byte);
  for (const std::string& text : {std::string(), std::string("x"), std::string(100'000, 'a'), all_bytes,
                                  std::string("{\"status\":{\"conditions\":[]}}")}) {
    EXPECT_EQ(unpack_text(pack_text(text)), text);
  }
}

TEST(PackedText, TakesLittleForWhatObjectsRepeat) {
  std::string object =
      R"({"apiVersion":"athanor.dev/v1alpha1","kind":"MigrationEnvironment","metadata":{"name":"a"},)"
      R"("spec":{"revisions":{"configMaps":[{"name":"b"}]}},"status":{"conditions":[)";
  for (const auto* type : {"Ready", "Reconciling", "Stalled", "Drifted"}) {
    object +=
        R"({"lastTransitionTime":"2026-11-24T20:00:00Z","message":"","observedGeneration":1,"reason":"Settled",)"
        R"("status":"False","type":")" +
        std::string(type) + R"("},)";
  }
  EXPECT_LT(pack_text(object).size(), object.size() / 3);
}

TEST(PackedText, CostsNoMoreThanAByteWherePackingGainsNothing) {
  const std::string noise = "q8#Zp!";
  EXPECT_LE(pack_text(noise).size(), noise.size() + 1);
  EXPECT_LE(pack_text(noise).capacity(), sizeof(std::string));
}

}  // namespace
}  // namespace athanor::runtime
