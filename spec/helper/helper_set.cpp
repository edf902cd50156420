#include "spec/helper/helper_set.hpp"

#include "spec/helper/ftp.hpp"
#include "spec/helper/tftp.hpp"
#include "spec/rules/names.hpp"

#include <utility>

namespace conntrack::helper {

namespace {

/// One of the kernel's that is not modelled: entries show its name.
class SilentHelper final : public Helper {
  public:
    SilentHelper(std::string_view name, std::uint8_t protocol) : name_(name), protocol_(protocol) {}
    [[nodiscard]] std::string_view name() const override { return name_; }
    [[nodiscard]] std::uint8_t protocol() const override { return protocol_; }
    [[nodiscard]] std::uint16_t port() const override { return 0; }
    [[nodiscard]] Policy policy(const Edition&) const override { return {}; }
    Heard look(const Look&, Memory&) const override { return {}; }

  private:
    std::string_view name_;
    std::uint8_t protocol_;
};

}  // namespace

HelperSet::HelperSet(const Modules& modules) {
    for (const rules::HelperName& known : rules::helper_names()) {
        if (known.tcp) members_.push_back({std::make_shared<SilentHelper>(known.name, protocol::tcp), false});
        if (known.udp) members_.push_back({std::make_shared<SilentHelper>(known.name, protocol::udp), false});
    }
    members_.push_back({std::make_shared<TftpHelper>(), modules.tftp});
    members_.push_back({std::make_shared<FtpHelper>(modules.ftp_loose), modules.ftp});
}

void HelperSet::add(std::shared_ptr<const Helper> helper) { members_.push_back({std::move(helper), true}); }

const Helper* HelperSet::named(std::string_view name, std::uint8_t protocol) const {
    for (auto m = members_.rbegin(); m != members_.rend(); ++m)
        if (m->helper->name() == name && m->helper->protocol() == protocol) return m->helper.get();
    return nullptr;
}

const Helper* HelperSet::serving(const Tuple& reply) const {
    for (auto m = members_.rbegin(); m != members_.rend(); ++m)
        if (m->loaded && m->helper->protocol() == reply.proto && m->helper->port() == reply.src_part)
            return m->helper.get();
    return nullptr;
}

}  // namespace conntrack::helper
