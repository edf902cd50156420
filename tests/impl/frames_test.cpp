// Packets as they lie in memory: what is read straight from the bytes of plain packets is what decoding them in full
// would have said.
#include "spec/wire/decode.hpp"
#include "tests/impl/differences.hpp"
#include "tests/support/any_packet.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/property.hpp"

#include <random>

namespace conntrack::testing {

namespace {

using Bytes = std::vector<std::uint8_t>;

/// Packets, answers to them, errors about them, and damaged ones.
std::vector<Bytes> any_packets(std::uint64_t seed, std::size_t count) {
    std::mt19937_64 numbers(seed);
    std::vector<std::uint8_t> noise(count * 64);
    for (auto& byte : noise) byte = static_cast<std::uint8_t>(numbers());
    ByteSource source(noise);
    std::vector<Bytes> out;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint8_t kind = source.below(8);
        if (out.empty() || kind < 3)
            out.push_back(any_packet(source));
        else if (kind < 6)
            out.push_back(answer_to(out.back(), source));
        else
            out.push_back(error_about(out.back(), source));
        if (source.below(10) == 0) damage(out.back(), source);
    }
    return out;
}

Verdict by_model(Tracker& model, const Bytes& bytes, bool checksum_known) {
    const auto policy = checksum_known ? wire::ChecksumPolicy::ignore : wire::ChecksumPolicy::verify;
    const auto decoded = wire::decode(bytes, {.checksum = policy});
    const auto* packet = std::get_if<Packet>(&decoded);
    return packet == nullptr ? Verdict{} : model.track(*packet, 0);
}

void expect_same(EditionId id, std::uint64_t seed, bool checksum_known) {
    Tracker model(edition(id));
    const auto fast = fast::make_tracker(id);
    const auto packets = any_packets(seed, 200);
    std::vector<fast::Frame> frames;
    for (const Bytes& bytes : packets)
        frames.push_back({bytes.data(), static_cast<std::uint32_t>(bytes.size()), checksum_known});
    std::vector<Verdict> verdicts(frames.size());
    fast->track(frames, verdicts, 0);
    for (std::size_t i = 0; i < packets.size(); ++i) {
        const auto wrong = difference(by_model(model, packets[i], checksum_known), verdicts[i]);
        if (!wrong.empty()) RC_FAIL("packet " + std::to_string(i) + ":\n" + wrong);
    }
    if (const auto wrong = difference(model, *fast); !wrong.empty()) RC_FAIL(wrong);
}

}  // namespace

using Frames = EveryEdition;
CTORACLE_EVERY_EDITION(Frames);

TEST_P(Frames, AreReadAsDecodingThemWould) {
    constexpr int times = 3;
    expect_property(
        [id = GetParam()] { expect_same(id, *rc::gen::arbitrary<std::uint64_t>(), *rc::gen::arbitrary<bool>()); },
        times);
}

}  // namespace conntrack::testing
