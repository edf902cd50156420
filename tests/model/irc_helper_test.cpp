// A helper of one's own: given to the router with the others, it is believed as they are.
#include "tests/model/irc_helper.hpp"

#include "model/path/packet_path.hpp"
#include "model/tracker.hpp"
#include "spec/rules/parse.hpp"
#include "spec/wire/layout.hpp"
#include "tests/support/announcing_packets.hpp"
#include "tests/support/editions.hpp"

namespace conntrack::testing {

namespace {

constexpr const char* rules_text = R"(*raw
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p tcp -m tcp --dport 6667 -j CT --helper irc
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -o outside -j SNAT --to-source 192.0.2.100
COMMIT
)";

constexpr Address user = Address::v4(0x0a00'0002), chat_server = Address::v4(0xc633'6402),
                  guest = Address::v4(0xc633'6403), outside_address = Address::v4(0xc000'0264);

class Router {
  public:
    explicit Router(const Edition& edition)
        : tracker_(edition, {.modules = {}, .later_notifier = false, .helpers = with_irc()}),
          path_(tracker_, default_interfaces()) {
        auto parsed = rules::parse(rules_text, Family::ipv4, {});
        PacketPath::RuleChange change;
        change.replaces = true;
        change.ipv4 = std::make_shared<const rules::RuleSet>(std::get<rules::RuleSet>(std::move(parsed)));
        path_.change_rules(change);
    }

    /// What tracking says of it, and how it left.
    std::pair<Verdict, std::vector<std::uint8_t>> send(const char* in, std::vector<std::uint8_t> packet) {
        Passage passage = path_.enter(std::move(packet), in, 0, {});
        path_.go_on(passage, 0);
        std::pair out{passage.verdict(), passage.emerged() ? passage.out.front().bytes : std::vector<std::uint8_t>{}};
        path_.free(passage);
        return out;
    }

  private:
    Tracker tracker_;
    PacketPath path_;

    static std::shared_ptr<const helper::HelperSet> with_irc() {
        auto helpers = std::make_shared<helper::HelperSet>(Modules{});
        helpers->add(std::make_shared<IrcHelper>());
        return helpers;
    }
};

}  // namespace

using IrcHelperOf = EveryEdition;
CTORACLE_EVERY_EDITION(IrcHelperOf);

TEST_P(IrcHelperOf, WhoeverComesToWhatAClientOffersIsRelated) {
    Router router(tested());
    const Tuple there = tcp_tuple(user, 1000, chat_server, 6667),
                back = tcp_tuple(chat_server, 6667, outside_address, 1000);
    constexpr std::uint8_t syn = 0x02, synack = 0x12;
    EXPECT_EQ(router.send("inside", segment_of(there, 1000, 0, "", syn)).first.info, CtInfo::new_);
    router.send("outside", segment_of(back, 5000, 1001, "", synack));
    router.send("inside", segment_of(there, 1001, 5001, ""));
    const auto offered =
        router.send("inside", segment_of(there, 1001, 5001, "PRIVMSG x :\1DCC CHAT chat 167772162 3001\1\r\n"));
    EXPECT_EQ(offered.first.info, CtInfo::established);
    const std::string text(offered.second.begin() + 40, offered.second.end());
    const bool rewrites = tested().helper.rewrites_for_nat;
    EXPECT_EQ(text, rewrites ? "PRIVMSG x :\1DCC CHAT chat 3221226084 3001\1\r\n"
                             : "PRIVMSG x :\1DCC CHAT chat 167772162 3001\1\r\n");
    const auto comes = router.send("outside", segment_of(tcp_tuple(guest, 2000, outside_address, 3001), 1, 0, "", syn));
    EXPECT_EQ(comes.first.info, CtInfo::related);
    if (rewrites) {
        EXPECT_EQ(wire::destination_of(comes.second, Family::ipv4), user) << "the binding follows the master's";
    }
    EXPECT_EQ(
        router.send("outside", segment_of(tcp_tuple(guest, 2001, outside_address, 3001), 1, 0, "", syn)).first.info,
        CtInfo::new_)
        << "one guest was expected";
}

TEST_P(IrcHelperOf, NobodyOffersWhatIsNotHis) {
    Router router(tested());
    const Tuple there = tcp_tuple(user, 1000, chat_server, 6667),
                back = tcp_tuple(chat_server, 6667, outside_address, 1000);
    router.send("inside", segment_of(there, 1000, 0, "", 0x02));
    router.send("outside", segment_of(back, 5000, 1001, "", 0x12));
    router.send("inside", segment_of(there, 1001, 5001, "PRIVMSG x :\1DCC CHAT chat 167772163 3001\1\r\n"));
    const auto comes =
        router.send("outside", segment_of(tcp_tuple(guest, 2000, outside_address, 3001), 1, 0, "", 0x02));
    EXPECT_EQ(comes.first.info, CtInfo::new_);
}

}  // namespace conntrack::testing
