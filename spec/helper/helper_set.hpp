// The helpers that there are, by name for rules, and by port for the editions that assign them themselves.
// Sources: ip_ct_find_helper() (2.6.9), __nf_ct_helper_find() (2.6.32), __nf_conntrack_helper_find().
#pragma once

#include "spec/helper/helper.hpp"
#include "spec/trackers.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace conntrack::helper {

class HelperSet {
  public:
    /// FTP and TFTP; and the kernel's others, which are known by name and announce nothing here.
    explicit HelperSet(const Modules& modules);

    /// One more, which comes before others of its name and of its port.
    void add(std::shared_ptr<const Helper> helper);

    /// Null: there is none of that name for the protocol.
    [[nodiscard]] const Helper* named(std::string_view name, std::uint8_t protocol) const;
    /// Who serves connections with this reply tuple without being asked for by a rule; null: nobody.
    [[nodiscard]] const Helper* serving(const Tuple& reply) const;

  private:
    struct Member {
        std::shared_ptr<const Helper> helper;
        bool loaded;
    };
    std::vector<Member> members_;  // the last one comes first
};

}  // namespace conntrack::helper
