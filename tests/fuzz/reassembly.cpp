// Fragments of whatever the bytes say: any_bytes.hpp has the form of the input, and what must hold.
#include "tests/fuzz/require.hpp"
#include "tests/model/reassembly/any_bytes.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string wrong = conntrack::testing::reassemble_any_bytes({data, size});
    conntrack::testing::require(wrong.empty(), "sound reassembly: " + wrong);
    return 0;
}
