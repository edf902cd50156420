// sysctl names as kernels spell them: with their prefixes, and what becomes of a name that an edition lacks.
#pragma once

#include "spec/editions.hpp"
#include "spec/settings.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace conntrack::oracle {

struct NamedSetting {
    enum class Kind : std::uint8_t {
        modelled,     // `setting` is to be set
        elsewhere,    // an edition knows it, this one does not: nothing changes
        not_modelled  // this edition knows it; nothing that is modelled depends on it
    } kind;
    Setting setting = Setting::count_;
};

/// Takes nf_conntrack_NAME, ip_conntrack_NAME and both with the path before them
/// ("net.netfilter.nf_conntrack_udp_timeout", slashes too). Nothing: no edition has such a name.
std::optional<NamedSetting> find_setting(const std::string& name, const Edition& edition);

/// The nearest known name, for a message about one that is unknown.
std::string nearest_setting(const std::string& name);

/// True for a name that is one of connection tracking's at all.
bool is_conntrack_name(const std::string& name);

/// Nothing if `value` may be set, else what may be; and why not, where a kernel takes it and this program does not.
std::optional<std::string> bad_value(Setting setting, std::int64_t value, const Edition& edition);

}  // namespace conntrack::oracle
