// What the C library refuses, with which code and message, and that a refusal changes nothing.
#include "handle.hpp"

#include <gmock/gmock.h>
#include <cstring>
#include <string>

namespace conntrack::library {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using testing::StrEq;

/// The call failed with this code, and its message says this.
void expect_refused(ctoracle_error got, ctoracle_error wanted, const char* message) {
    EXPECT_EQ(got, wanted) << ctoracle_error_name(got);
    EXPECT_THAT(ctoracle_message(), HasSubstr(message));
}

ctoracle_error create_with(const ctoracle_options& options) {
    ctoracle* out = nullptr;
    const ctoracle_error error = ctoracle_create(&options, &out);
    EXPECT_EQ(out, nullptr);
    return error;
}

TEST(CLibraryErrors, OptionsAreNamedThatAreWrong) {
    ctoracle_options options{};
    options.size = sizeof options;
    options.edition = "linux-9";
    expect_refused(create_with(options), CTORACLE_BAD_ARGUMENT, "\"linux-9\" is no edition");
    options.edition = nullptr;
    options.tracker = "slow";
    expect_refused(create_with(options), CTORACLE_BAD_ARGUMENT, "expected model or fast");
    options.tracker = nullptr;
    options.interface_count = 1;
    expect_refused(create_with(options), CTORACLE_BAD_ARGUMENT, "interfaces is null");
    const char* const interfaces[] = {"inside"};
    options.interfaces = interfaces;
    expect_refused(create_with(options), CTORACLE_BAD_ARGUMENT, "there is no \"=\" with an address behind it");
    options.interface_count = 0;
    options.module_count = 1;
    expect_refused(create_with(options), CTORACLE_BAD_ARGUMENT, "modules is null");
    const char* const modules[] = {"irc"};
    options.modules = modules;
    expect_refused(create_with(options), CTORACLE_BAD_ARGUMENT, "\"irc\" is no module; expected one of sctp, udplite");
    options.size = sizeof options + 8;
    expect_refused(create_with(options), CTORACLE_BAD_ARGUMENT, "options.size");
    expect_refused(ctoracle_create(nullptr, nullptr), CTORACLE_BAD_ARGUMENT, "created is null");
}

TEST(CLibraryErrors, NullsAreRefused) {
    const Handle oracle = create(nullptr, nullptr);
    const Bytes packet = udp(host, 1, server, 2);
    ctoracle_verdict verdict{};
    verdict.size = sizeof verdict;
    std::uint64_t id = 0;
    expect_refused(ctoracle_advance(nullptr, 0), CTORACLE_BAD_ARGUMENT, "the handle is null");
    expect_refused(ctoracle_track(oracle.get(), nullptr, nullptr, 1, 0, &verdict), CTORACLE_BAD_ARGUMENT, "packet is");
    expect_refused(ctoracle_track(oracle.get(), nullptr, packet.data(), packet.size(), 0, nullptr),
                   CTORACLE_BAD_ARGUMENT, "verdict is null");
    expect_refused(ctoracle_configure(oracle.get(), nullptr, 1), CTORACLE_BAD_ARGUMENT, "name is null");
    expect_refused(ctoracle_dump(oracle.get(), nullptr, nullptr), CTORACLE_BAD_ARGUMENT, "callback is null");
    expect_refused(ctoracle_subscribe(oracle.get(), 7, nullptr, nullptr, &id), CTORACLE_BAD_ARGUMENT, "callback is");
    expect_refused(ctoracle_delete(oracle.get(), nullptr, 0, nullptr), CTORACLE_BAD_ARGUMENT, "tuple is null");
    const ctoracle_tuple no_family{};
    expect_refused(ctoracle_delete(oracle.get(), &no_family, 0, nullptr), CTORACLE_BAD_ARGUMENT, "neither 4 nor 6");
    ctoracle_destroy(nullptr);
}

TEST(CLibraryErrors, TimeDoesNotGoBack) {
    const Handle oracle = create(nullptr, nullptr);
    ASSERT_EQ(ctoracle_advance(oracle.get(), 5), CTORACLE_OK);
    expect_refused(ctoracle_advance(oracle.get(), 4), CTORACLE_TIME_WENT_BACK, "before that of the last call, 5");
    expect_refused(ctoracle_advance(oracle.get(), -1), CTORACLE_TIME_WENT_BACK, "between 0");
    expect_refused(ctoracle_advance(oracle.get(), CTORACLE_LAST_TIME + 1), CTORACLE_TIME_WENT_BACK, "LAST_TIME");
    EXPECT_EQ(ctoracle_advance(oracle.get(), CTORACLE_LAST_TIME), CTORACLE_OK);
    EXPECT_EQ(track(oracle, udp(host, 1, server, 2), CTORACLE_LAST_TIME).state, CTORACLE_NEW);
}

TEST(CLibraryErrors, RulesNeedARouterAndMustBeRight) {
    const Handle without = create(nullptr, nullptr), with = create(nullptr, nullptr, true);
    const std::string good = "*filter\n:FORWARD DROP [0:0]\nCOMMIT\n";
    expect_refused(ctoracle_rules(without.get(), 4, good.c_str()), CTORACLE_NO_ROUTER, "create it with interfaces");
    ASSERT_EQ(ctoracle_rules(with.get(), 4, good.c_str()), CTORACLE_OK) << ctoracle_message();
    expect_refused(ctoracle_rules(with.get(), 4, "*filter\n-A FORWARD -m contrack -j DROP\nCOMMIT\n"),
                   CTORACLE_BAD_RULES, "");
    EXPECT_THAT(ctoracle_message(), StartsWith("2:"));
    expect_refused(ctoracle_rules(with.get(), 5, good.c_str()), CTORACLE_BAD_ARGUMENT, "expected 4 or 6");
    EXPECT_EQ(track(with, udp(host, 1, server, 2), 0, "inside").accepted, 0) << "the rules in force stay";
}

TEST(CLibraryErrors, SettingsAreThoseOfTheEdition) {
    const Handle oracle = create("linux-2.6.9", nullptr);
    expect_refused(ctoracle_configure(oracle.get(), "ip_conntrack_udp_timeuot", 1), CTORACLE_BAD_SETTING,
                   "udp_timeout");
    expect_refused(ctoracle_configure(oracle.get(), "nf_conntrack_tcp_ignore_invalid_rst", 1), CTORACLE_BAD_SETTING,
                   "linux-2.6.9 has no setting");
    expect_refused(ctoracle_configure(oracle.get(), "ip_conntrack_udp_timeout", -1), CTORACLE_BAD_SETTING, "takes 0");
}

TEST(CLibraryErrors, InterfacesAreThoseOfTheRouter) {
    const Handle without = create(nullptr, nullptr), with = create(nullptr, nullptr, true);
    const Bytes packet = udp(host, 1, server, 2);
    ctoracle_verdict verdict{};
    verdict.size = sizeof verdict;
    const auto by = [&](const Handle& oracle, const char* interface) {
        return ctoracle_track(oracle.get(), interface, packet.data(), packet.size(), 0, &verdict);
    };
    expect_refused(by(with, "nowhere"), CTORACLE_BAD_ARGUMENT, "no interface \"nowhere\"");
    expect_refused(by(with, nullptr), CTORACLE_BAD_ARGUMENT, "there is a router");
    expect_refused(by(without, "inside"), CTORACLE_BAD_ARGUMENT, "there is no router");
}

TEST(CLibraryErrors, WhatChangesARouterNeedsOne) {
    const Handle without = create(nullptr, nullptr), with = create(nullptr, nullptr, true);
    expect_refused(ctoracle_nat(without.get(), 1), CTORACLE_NO_ROUTER, "hooks of NAT need a router");
    expect_refused(ctoracle_interfaces(without.get(), two_interfaces.data(), 2, 0), CTORACLE_NO_ROUTER,
                   "interfaces need a router");
    expect_refused(ctoracle_interfaces(with.get(), nullptr, 2, 0), CTORACLE_BAD_ARGUMENT, "interfaces is null");
    expect_refused(ctoracle_interfaces(with.get(), two_interfaces.data(), 0, 0), CTORACLE_BAD_ARGUMENT,
                   "a router has interfaces");
    const char* const wrong[] = {"inside=10.0.0.300/24"};
    expect_refused(ctoracle_interfaces(with.get(), wrong, 1, 0), CTORACLE_BAD_ARGUMENT, "10.0.0.300");
    EXPECT_EQ(track(with, udp(host, 1, server, 2), 0, "inside").accepted, 1) << "the interfaces stay";
}

TEST(CLibraryErrors, HeldPacketsHaveNumbers) {
    const Handle oracle = create(nullptr, nullptr);
    const Bytes packet = udp(host, 1, server, 2);
    ctoracle_verdict verdict{};
    verdict.size = sizeof verdict;
    std::uint64_t held = 0;
    const auto hold = [&](int at, ctoracle_verdict* shown, std::uint64_t* number) {
        return ctoracle_hold(oracle.get(), nullptr, packet.data(), packet.size(), 0,
                             static_cast<ctoracle_hold_point>(at), shown, number);
    };
    expect_refused(hold(3, &verdict, &held), CTORACLE_BAD_ARGUMENT, "3 is no ctoracle_hold_point");
    expect_refused(hold(1, nullptr, &held), CTORACLE_BAD_ARGUMENT, "verdict is null");
    expect_refused(hold(1, &verdict, nullptr), CTORACLE_BAD_ARGUMENT, "held is null");
    expect_refused(ctoracle_release(oracle.get(), 7, 0, nullptr), CTORACLE_BAD_ARGUMENT, "number 7");
    ASSERT_EQ(hold(1, &verdict, &held), CTORACLE_OK);
    expect_refused(ctoracle_release(oracle.get(), held, -1, nullptr), CTORACLE_TIME_WENT_BACK, "between 0");
    EXPECT_EQ(ctoracle_release(oracle.get(), held, 0, nullptr), CTORACLE_OK) << "it was still held";
}

TEST(CLibraryErrors, NoMoreFillsTheTableThanThereAreAddresses) {
    const Handle oracle = create(nullptr, nullptr);
    expect_refused(ctoracle_fill(oracle.get(), 16'711'681, 0, 9, 0), CTORACLE_BAD_ARGUMENT, "at most 16711680");
    ASSERT_EQ(ctoracle_fill(oracle.get(), 680, 0, 9, 0), CTORACLE_OK);
    expect_refused(ctoracle_fill(oracle.get(), 16'711'001, 0, 9, 0), CTORACLE_BAD_ARGUMENT, "at most 16711000");
    expect_refused(ctoracle_fill(oracle.get(), 1, 0, 9, -1), CTORACLE_TIME_WENT_BACK, "between 0");
}

TEST(CLibraryErrors, CallbacksCannotCallBack) {
    const Handle oracle = create(nullptr, nullptr);
    struct Context {
        ctoracle* oracle;
        ctoracle_error error;
    } context{oracle.get(), CTORACLE_OK};
    const auto hear = [](const ctoracle_event*, void* data) {
        auto* mine = static_cast<Context*>(data);
        mine->error = ctoracle_advance(mine->oracle, 10 * second);
    };
    std::uint64_t id = 0;
    ASSERT_EQ(ctoracle_subscribe(oracle.get(), CTORACLE_EVENT_NEW, hear, &context, &id), CTORACLE_OK);
    track(oracle, udp(host, 1, server, 2), 0);
    expect_refused(context.error, CTORACLE_BUSY, "within a callback");
    EXPECT_EQ(ctoracle_advance(oracle.get(), 1), CTORACLE_OK) << "afterwards all is well";
}

TEST(CLibraryErrors, OnlyAsMuchIsWrittenAsTheCallerKnows) {
    const Handle oracle = create(nullptr, nullptr);
    const Bytes packet = udp(host, 1, server, 2);
    ctoracle_verdict verdict;
    std::memset(&verdict, 0x5a, sizeof verdict);
    verdict.size = offsetof(ctoracle_verdict, direction);
    ASSERT_EQ(ctoracle_track(oracle.get(), nullptr, packet.data(), packet.size(), 0, &verdict), CTORACLE_OK);
    EXPECT_EQ(verdict.state, CTORACLE_NEW);
    EXPECT_EQ(verdict.size, offsetof(ctoracle_verdict, direction));
    EXPECT_EQ(verdict.direction, 0x5a5a5a5a);
    verdict.size = 0;
    expect_refused(ctoracle_track(oracle.get(), nullptr, packet.data(), packet.size(), 0, &verdict),
                   CTORACLE_BAD_ARGUMENT, "verdict.size is 0");
}

TEST(CLibraryErrors, WhateverBytesSayIsNoError) {
    for (const bool router : {false, true}) {
        const Handle oracle = create(nullptr, nullptr, router);
        for (const Bytes& bytes : {Bytes{}, Bytes{0x45}, Bytes(20, 0), Bytes(40, 0xff)})
            EXPECT_EQ(track(oracle, bytes, 0, router ? "inside" : nullptr).seen, 0);
    }
}

TEST(CLibraryErrors, EveryCodeHasAName) {
    for (int code = CTORACLE_OK; code <= CTORACLE_INTERNAL; ++code)
        EXPECT_THAT(ctoracle_error_name(static_cast<ctoracle_error>(code)), testing::Not(StrEq("unknown error")));
    EXPECT_THAT(ctoracle_version(), StartsWith("0."));
}

}  // namespace
}  // namespace conntrack::library
