#include "tests/support/any_announcements.hpp"

#include "spec/editions.hpp"
#include "spec/helper/consult.hpp"
#include "spec/helper/ftp.hpp"
#include "spec/helper/tftp.hpp"
#include "spec/wire/mangle.hpp"
#include "tests/support/announcing_packets.hpp"

#include <array>
#include <utility>

namespace conntrack::testing {

namespace {

struct Connection {
    bool ftp = true, v4 = true, translated = false;

    [[nodiscard]] Tuple original() const {
        return {.src = v4 ? Address::v4(0x0a00'0002) : Address{0xfd00'000a'0000'0000, 2},
                .dst = v4 ? Address::v4(0xc000'0202) : Address{0xfd00'000b'0000'0000, 2},
                .src_part = 1000,
                .dst_part = static_cast<std::uint16_t>(ftp ? 21 : 69),
                .proto = ftp ? protocol::tcp : protocol::udp,
                .family = v4 ? Family::ipv4 : Family::ipv6,
                .zone = 0};
    }
    [[nodiscard]] Tuple reply() const {
        Tuple t = original();
        std::swap(t.src, t.dst);
        std::swap(t.src_part, t.dst_part);
        if (translated) t.dst = v4 ? Address::v4(0xc000'0264) : Address{0xfd00'000b'0000'0000, 0x64};
        return t;
    }
};

class Session {
  public:
    explicit Session(std::uint8_t how)
        : edition_(edition(all_editions[how % edition_count])),
          connection_{.ftp = (how & 4) == 0, .v4 = (how & 8) == 0, .translated = (how & 16) != 0},
          loose_((how & 32) != 0),
          ftp_(loose_),
          registry_(edition_) {
        if (connection_.ftp)
            extension_.helper = &ftp_;
        else
            extension_.helper = &tftp_;
    }

    std::string say(Direction dir, std::string_view text) {
        const bool original = dir == Direction::original;
        const Tuple seen = original ? connection_.original() : connection_.reply();
        std::uint32_t& seq = seq_[original ? 0 : 1];
        std::vector<std::uint8_t> packet =
            connection_.ftp ? segment_of(seen, seq, seq_[original ? 1 : 0], text) : datagram_of(seen, text);
        const helper::Consultation about{
            .edition = edition_,
            .registry = registry_,
            .choices = choices_,
            .master = {.key = {.tracker = 0, .id = 1},
                       .original = connection_.original(),
                       .reply = connection_.reply(),
                       .confirmed = true,
                       .reports = true,
                       .mark = 0},
            .status = connection_.translated ? StatusSet(static_cast<std::uint32_t>(Status::src_nat)) : StatusSet(),
            .zone = 0,
            .info = CtInfo::established,
            .dir = dir,
            .expect_max = 10,
            .now = 0};
        expect::Registry::Told told;
        const auto consulted = helper::consult(about, extension_, std::vector(packet), &packet, told);
        lengthened_ = lengthened_ || consulted.lengthened;
        if (!consulted.dropped_by && lengthened_ && !wire::shift_sequence(packet, extension_.shifts, dir, edition_))
            return "a segment whose numbers cannot be shifted";
        seq += static_cast<std::uint32_t>(text.size());
        if (!consulted.dropped_by && !is_sound(packet, connection_.original().proto)) return "a packet that is unsound";
        return judge();
    }

  private:
    const Edition& edition_;
    Connection connection_;
    bool loose_;
    helper::FtpHelper ftp_;
    helper::TftpHelper tftp_;
    expect::Registry registry_;
    expect::Extension extension_;
    Choices choices_;
    std::array<std::uint32_t, 2> seq_ = {0xffff'ff00, 5000};
    bool lengthened_ = false;

    [[nodiscard]] std::string judge() const {
        std::string wrong;
        std::size_t count = 0;
        registry_.each([&](const expect::Expectation& e) {
            ++count;
            const Tuple original = connection_.original(), reply = connection_.reply();
            const auto is_of_them = [&](const Address& a) {
                return a == original.src || a == original.dst || a == reply.src || a == reply.dst;
            };
            if (!is_of_them(e.tuple.src)) wrong = "a connection from a third host is expected";
            if (!is_of_them(e.tuple.dst) && !loose_) wrong = "a connection to a third host is expected";
            if (!e.mask.dst_part || !e.mask.src_address || !e.mask.dst_address) wrong = "anything is expected";
        });
        if (count > 1) wrong = "more is expected than the policy has";
        return wrong;
    }
};

}  // namespace

std::string look_at_any_bytes(std::span<const std::uint8_t> bytes) {
    if (bytes.empty()) return {};
    Session session(bytes[0]);
    // Lines begin where one has ended.
    for (const Direction dir : {Direction::original, Direction::reply})
        if (auto wrong = session.say(dir, "hello\r\n"); !wrong.empty()) return wrong;
    for (std::size_t at = 1; at < bytes.size();) {
        const Direction dir = (bytes[at] & 0x80) == 0 ? Direction::original : Direction::reply;
        const std::size_t length = std::min<std::size_t>(bytes[at] & 0x7f, bytes.size() - at - 1);
        const std::string text(bytes.begin() + static_cast<std::ptrdiff_t>(at + 1),
                               bytes.begin() + static_cast<std::ptrdiff_t>(at + 1 + length));
        if (auto wrong = session.say(dir, text); !wrong.empty()) return wrong;
        at += 1 + length;
    }
    return {};
}

}  // namespace conntrack::testing
