// A host behind a router that masquerades, asked of the fast tracker.
#include <ctoracle.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <vector>

namespace {

struct Destroy {
    void operator()(ctoracle* oracle) const { ctoracle_destroy(oracle); }
};

int fail(const char* what) {
    std::fprintf(stderr, "%s: %s\n", what, ctoracle_message());
    return 1;
}

/// UDP from 10.0.0.2:1000 to 192.0.2.9:53, without a checksum.
std::vector<std::uint8_t> query() {
    return {0x45, 0,   0, 29, 0, 1, 0,    0,    64, 17, 0xae, 0xc4, 10, 0,  0,
            2,    192, 0, 2,  9, 3, 0xe8, 0x00, 53, 0,  9,    0,    0,  'x'};
}

void count(const ctoracle_event*, void* context) { ++*static_cast<int*>(context); }

}  // namespace

int main() {
    const char* const interfaces[] = {"inside=10.0.0.1/24", "outside=192.0.2.1/24"};
    ctoracle_options options{};
    options.size = sizeof options;
    options.tracker = "fast";
    options.interfaces = interfaces;
    options.interface_count = 2;
    ctoracle* created = nullptr;
    if (ctoracle_create(&options, &created) != CTORACLE_OK) return fail("create");
    const std::unique_ptr<ctoracle, Destroy> oracle(created);
    if (ctoracle_rules(oracle.get(), 4, "*filter\n-A FORWARD -s 10.0.0.300 -j DROP\nCOMMIT\n") == CTORACLE_OK)
        return std::puts("an address that is none was taken"), 1;
    std::printf("%s: %s\n", ctoracle_error_name(CTORACLE_BAD_RULES), ctoracle_message());
    if (ctoracle_rules(oracle.get(), 4,
                       "*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
                       ":POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -o outside -j MASQUERADE\nCOMMIT\n") != CTORACLE_OK)
        return fail("rules");
    int events = 0;
    std::uint64_t subscription = 0;
    if (ctoracle_subscribe(oracle.get(), CTORACLE_EVENT_NEW, count, &events, &subscription) != CTORACLE_OK)
        return fail("subscribe");
    const auto packet = query();
    ctoracle_verdict verdict{};
    verdict.size = sizeof verdict;
    if (ctoracle_track(oracle.get(), "inside", packet.data(), packet.size(), 0, &verdict) != CTORACLE_OK)
        return fail("track");
    if (verdict.left_count != 1) return fail("nothing left the router");
    const std::uint8_t* const from = verdict.left[0].bytes + 12;
    std::printf("left by %s from %d.%d.%d.%d, %d event\n", verdict.left[0].interface, from[0], from[1], from[2],
                from[3], events);
    return 0;
}
