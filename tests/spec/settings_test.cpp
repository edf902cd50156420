// The table of settings: in order, with the defaults that the kernels' sources give.
#include "spec/settings.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/kernel_timeouts.hpp"

#include <set>

namespace conntrack::testing {

TEST(SettingTable, IsInTheOrderOfItsEnumerationWithUniqueNames) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < setting_count; ++i) {
        EXPECT_EQ(setting_table[i].setting, static_cast<Setting>(i));
        EXPECT_EQ(info(static_cast<Setting>(i)).name, setting_table[i].name);
        EXPECT_FALSE(setting_table[i].name.empty());
        EXPECT_TRUE(names.insert(setting_table[i].name).second) << setting_table[i].name;
    }
}

using SettingDefaults = EveryEdition;
CTORACLE_EVERY_EDITION(SettingDefaults);

TEST_P(SettingDefaults, AreThoseOfTheSources) {
    std::set<Setting> compared;
    for (const auto& [row, setting, seconds] : kernel_timeouts(GetParam())) {
        EXPECT_EQ(info(setting).defaults[static_cast<std::size_t>(GetParam())], seconds)
            << row.at("protocol") << " " << row.at("state");
        EXPECT_EQ(Settings(tested())[setting], seconds.value_or(0));
        compared.insert(setting);
    }
    for (const SettingInfo& known : setting_table) {
        const bool exists = known.defaults[static_cast<std::size_t>(GetParam())].has_value();
        // The timeout of fragments is none of an entry.
        const bool is_timeout = known.kind == SettingKind::seconds && exists && known.setting != Setting::frag6_timeout;
        EXPECT_TRUE(!is_timeout || compared.count(known.setting) == 1) << known.name << " stands in no row";
    }
}

/// Every timeout with a sysctl is named as the kernel's file is, behind the edition's prefix.
TEST_P(SettingDefaults, AreNamedAsTheKernelsFiles) {
    const std::string prefix =
        is(EditionId::linux_2_6_9) ? "net.ipv4.netfilter.ip_conntrack_" : "net.netfilter.nf_conntrack_";
    unsigned compared = 0;
    for (const auto& [row, setting, seconds] : kernel_timeouts(GetParam())) {
        if (row.at("sysctl").empty()) continue;
        EXPECT_EQ(prefix + std::string(info(setting).name), row.at("sysctl"));
        EXPECT_TRUE(info(setting).has_sysctl);
        ++compared;
    }
    EXPECT_GE(compared, 12U);
}

TEST_P(SettingDefaults, TheOtherOnes) {
    const Settings s(tested());
    EXPECT_EQ(s[Setting::tcp_loose], is(EditionId::linux_2_6_9) ? 3U : 1U);
    EXPECT_EQ(s[Setting::tcp_be_liberal], 0U);
    EXPECT_EQ(s[Setting::tcp_max_retrans], 3U);
    EXPECT_EQ(s[Setting::tcp_ignore_invalid_rst], 0U);
    EXPECT_EQ(s[Setting::checksum], is(EditionId::linux_2_6_9) ? 0U : 1U);
    EXPECT_EQ(s[Setting::acct], 0U);
    EXPECT_EQ(s[Setting::frag6_timeout], is(EditionId::linux_2_6_9) ? 0U : 60U);
    EXPECT_EQ(s[Setting::frag6_high_thresh], is(EditionId::linux_2_6_9)    ? 0U
                                             : is(EditionId::linux_2_6_32) ? 262'144U
                                                                           : 4'194'304U);
}

TEST_P(SettingDefaults, ThreeTenthsOfASecondAreNoWholeNumber) {
    Settings s(tested());
    const bool historic = !is(EditionId::linux_6_18);
    EXPECT_EQ(s.span(Setting::sctp_timeout_shutdown_sent), historic ? milliseconds(300) : seconds(3));
    s.set(Setting::sctp_timeout_shutdown_sent, 0);
    EXPECT_EQ(s.span(Setting::sctp_timeout_shutdown_sent), 0);
    EXPECT_EQ(s.span(Setting::sctp_timeout_closed), seconds(10));
}

TEST_P(SettingDefaults, MayBeChangedOneByOne) {
    Settings changed(tested());
    changed.set(Setting::udp_timeout, 7);
    EXPECT_EQ(changed[Setting::udp_timeout], 7U);
    EXPECT_NE(changed, Settings(tested()));
    changed.set(Setting::udp_timeout, 30);
    EXPECT_EQ(changed, Settings(tested()));
}

TEST_P(SettingDefaults, LieWithinTheLargestValueTheKernelTakes) {
    EXPECT_EQ(largest_value(SettingKind::seconds, tested()), is(EditionId::linux_6_18) ? 8'589'934U : 2'147'483U);
    EXPECT_EQ(largest_value(SettingKind::byte, tested()), is(EditionId::linux_6_18) ? 255U : 2'147'483'647U);
    EXPECT_EQ(largest_value(SettingKind::flag, tested()), is(EditionId::linux_6_18) ? 1U : 2'147'483'647U);
    for (const SettingInfo& known : setting_table) {
        const std::uint32_t value = Settings(tested())[known.setting];
        EXPECT_TRUE(value == three_tenths || value <= largest_value(known.kind, tested())) << known.name;
    }
}

}  // namespace conntrack::testing
