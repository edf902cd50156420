// What is said on a control connection, whatever it is: any_announcements.hpp has the form of the input, and what must
// hold.
#include "tests/fuzz/require.hpp"
#include "tests/support/any_announcements.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string wrong = conntrack::testing::look_at_any_bytes({data, size});
    conntrack::testing::require(wrong.empty(), "helpers take any bytes, but: " + wrong);
    return 0;
}
