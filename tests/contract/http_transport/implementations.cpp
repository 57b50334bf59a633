// The transports that the contract is held against.
#include "adapters/kubernetes/cpprest_transport.hpp"
#include "contract/http_transport/contract.hpp"
#include "contract/http_transport/suites.hpp"

namespace athanor::testing {
namespace {

Result<TransportPtr> create_cpprest(kubernetes::TransportOptions options, const ports::Filesystem& files) {
  auto made = kubernetes::CpprestTransport::create(std::move(options), files);
  if (!made) return fail(made.error());
  return TransportPtr(std::move(*made));
}

const Implementation kCpprest{"cpprest", create_cpprest};

}  // namespace

INSTANTIATE_TEST_SUITE_P(Http, HttpContract, ::testing::Values(kCpprest), implementation_name);
INSTANTIATE_TEST_SUITE_P(Http, StreamContract, ::testing::Values(kCpprest), implementation_name);
INSTANTIATE_TEST_SUITE_P(Http, LeaseContract, ::testing::Values(kCpprest), implementation_name);
INSTANTIATE_TEST_SUITE_P(Http, TlsContract, ::testing::Values(kCpprest), implementation_name);

}  // namespace athanor::testing
