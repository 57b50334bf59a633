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
    EXPECT_EQ(unpack_text(pack_text(text, all_bytes), all_bytes), text);
  }
}

TEST(PackedText, TakesLittleForWhatTheDictionaryHas) {
  const std::string known = R"({"reason":"UpToDate","status":"True","type":"Ready"})";
  const std::string text = R"([{"reason":"UpToDate","status":"False","type":"Ready"}])";
  EXPECT_LT(pack_text(text, known).size(), text.size() / 2);
}

TEST(PackedText, CostsNoMoreThanAByteWherePackingGainsNothing) {
  const std::string noise = "q8#Zp!";
  EXPECT_LE(pack_text(noise).size(), noise.size() + 1);
  EXPECT_LE(pack_text(noise).capacity(), sizeof(std::string));
}

}  // namespace
}  // namespace athanor::runtime
