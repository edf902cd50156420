// The tracker as a whole, on the packet's whole way through the router: router_session.hpp has the form of the input,
// and what must hold after every step.
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/router_session.hpp"

using namespace conntrack;
using namespace conntrack::testing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ByteSource bytes({data, size});
    const EditionId id = all_editions[bytes.below(edition_count)];
    const std::uint8_t loaded = bytes.byte();
    RouterSession session(id, {.udplite = (loaded & 1) != 0, .sctp = (loaded & 2) != 0, .gre = (loaded & 4) != 0});
    constexpr unsigned most_steps = 150;
    for (unsigned step = 1; step <= most_steps && !bytes.empty(); ++step) {
        const std::string wrong = session.step(bytes);
        require(wrong.empty(), "after step " + std::to_string(step) + ": " + wrong);
    }
    const std::string wrong = session.finish();
    require(wrong.empty(), "at the end: " + wrong);
    return 0;
}
