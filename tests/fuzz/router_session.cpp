#include "tests/fuzz/router_session.hpp"

#include "spec/rules/parse.hpp"
#include "tests/fuzz/rule_pool.hpp"
#include "tests/model/properties/views.hpp"

#include <algorithm>
#include <array>

namespace conntrack::testing {

namespace {

/// Source and destination of a packet, as bytes.
std::span<const std::uint8_t> addresses_of(const PacketData& packet) {
    const std::span all(packet);
    return packet[0] >> 4 == 4 ? all.subspan(12, 8) : all.subspan(8, 32);
}

std::shared_ptr<const rules::RuleSet> parsed(std::string_view text, Family family) {
    auto read = rules::parse(text, family);
    auto* rules = std::get_if<rules::RuleSet>(&read);
    return rules == nullptr ? nullptr : std::make_shared<const rules::RuleSet>(std::move(*rules));
}

}  // namespace

RouterSession::RouterSession(EditionId id, Modules modules)
    : tracker_(edition(id), {.modules = modules, .later_notifier = false}),
      path_(tracker_, default_interfaces()),
      largest_(edition(id)) {
    constexpr std::uint32_t few_buckets = 64;  // so that chains are met, and passing all of them is quick
    tracker_.configure(Setting::buckets, few_buckets);
    tracker_.configure(Setting::acct, 1);
    tracker_.configure(Setting::events, 1);
    // Observers are told of everything, so that what is told of exists.
    tracker_.observers().add(every_event, [](const Notice& notice) { (void)notice.entry.remaining(notice.now); });
}

RouterSession::~RouterSession() {
    while (!held_.empty()) release(0);
}

std::string RouterSession::step(ByteSource& bytes) {
    std::string wrong;
    const std::uint8_t what = bytes.byte();
    if (what < 0xb0) {
        wrong = send(bytes);
    } else if (what < 0xc8) {
        if (!held_.empty()) release(bytes.byte() % held_.size());
    } else {
        switch (what % 8) {
            case 0:
            case 1: change_rules(bytes); break;
            case 2: change_interfaces(bytes); break;
            case 3: configure(bytes); break;
            case 4: tracker_.flush(now_); break;
            case 5: erase_some(bytes); break;
            case 6: wait(bytes); break;
            default: fill(bytes); break;
        }
    }
    path_.advance(now_);
    if (wrong.empty()) wrong = broken_invariants();
    return wrong.empty() ? changed_binding() : wrong;
}

/// A new packet, or one that has to do with what came out last.
PacketData RouterSession::packet_from(ByteSource& bytes) {
    const std::uint8_t kind = bytes.byte();
    constexpr std::size_t most = 200;
    PacketData packet;
    if (kind >= 0xf0) {
        const auto raw = bytes.take(bytes.byte() % most);
        packet.assign(raw.begin(), raw.end());
    } else if (!last_out_ || kind < 0x60) {
        packet = any_packet(bytes);
    } else if (kind < 0xb0) {
        packet = answer_to(*last_out_, bytes);
    } else if (kind < 0xd0) {
        packet = error_about(*last_out_, bytes);
    } else {
        packet = *last_out_;
    }
    if ((kind & 7) == 7) damage(packet, bytes);
    return packet;
}

std::string RouterSession::send(ByteSource& bytes) {
    const std::uint8_t how = bytes.byte();
    const PacketData packet = packet_from(bytes);
    // Answers come from where the last packet went.
    const std::string in = (how & 3) == 0 ? "inside" : (how & 3) == 1 ? "outside" : last_side_;
    Passage passage = path_.enter(packet, in, now_, {});
    constexpr std::size_t most_held = 8;
    const bool holds = (how & 0x30) == 0x30 && held_.size() < most_held;
    if (!holds || (how & 0x40) == 0) path_.go_on(passage, now_);
    std::string wrong;
    if (passage.emerged()) {
        last_out_ = passage.out.front().bytes;
        last_side_ = passage.out.front().side;
        const bool translated = !std::ranges::equal(addresses_of(*last_out_), addresses_of(packet));
        if (passage.flight.entry() == nullptr && translated) wrong = "a packet without an entry was translated";
    } else if (!passage.answers.empty() && passage.answers.front().emerged) {
        last_out_ = passage.answers.front().sent.bytes;
    }
    held_.push_back(std::move(passage));
    if (!holds) release(held_.size() - 1);
    return wrong;
}

void RouterSession::release(std::size_t which) {
    Passage passage = std::move(held_[which]);
    held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(which));
    path_.go_on(passage, now_);
    path_.free(passage);
}

/// Another pair of rule sets, or a text that the input brings.
void RouterSession::change_rules(ByteSource& bytes) {
    const std::uint8_t which = bytes.byte();
    PacketPath::RuleChange change;
    change.replaces = (which & 0x40) == 0;
    if (which >= 0xf0) {
        const auto text = bytes.take(bytes.byte());
        change.ipv4 = parsed({reinterpret_cast<const char*>(text.data()), text.size()}, Family::ipv4);
    } else {
        change.ipv4 = parsed(ipv4_rules[which % ipv4_rules.size()], Family::ipv4);
    }
    change.ipv6 = parsed(ipv6_rules[bytes.below(ipv6_rules.size())], Family::ipv6);
    if ((which & 0x80) != 0) change.nat = (which & 0x20) != 0;
    const bool had_nat = path_.has_nat(Family::ipv4);
    path_.change_rules(change);
    if (had_nat && !path_.has_nat(Family::ipv4) && tracker_.edition().nat.forgets_when_unloaded) {
        tracker_.table().each_linked([this](const Entry& e) { forgotten_.insert(e.id); });
        tracker_.table().each_in_limbo([this](const Entry& e) { forgotten_.insert(e.id); });
    }
}

/// One of them goes, comes back, has another address, or changes places with the other.
void RouterSession::change_interfaces(ByteSource& bytes) {
    std::vector<Interface> interfaces = default_interfaces();
    switch (bytes.below(5)) {
        case 0: break;
        case 1: interfaces.pop_back(); break;
        case 2: interfaces.erase(interfaces.begin()); break;
        case 3: interfaces[1].addresses = {{Family::ipv4, Address::v4(0xc0000264), 24}}; break;
        default: std::swap(interfaces[0], interfaces[1]); break;
    }
    path_.set_interfaces(std::move(interfaces), now_);
}

void RouterSession::configure(ByteSource& bytes) {
    const auto& setting = setting_table[bytes.byte() % setting_count];
    if (setting.setting == Setting::buckets) return;
    constexpr std::array<std::uint32_t, 8> values = {0, 1, 2, 3, 5, 30, 256, 100'000};
    const std::uint32_t value =
        std::min(values[bytes.below(values.size())], largest_value(setting.kind, tracker_.edition()));
    tracker_.configure(setting.setting, value);
    largest_.set(setting.setting, std::max(largest_[setting.setting], value));
    path_.settings_changed();
}

/// Some of many that only fill the table.
void RouterSession::fill(ByteSource& bytes) {
    const std::uint8_t how = bytes.byte();
    tracker_.fill({.count = how % 32u, .assured = (how & 0x40) != 0, .zone = static_cast<std::uint16_t>(how >> 7)},
                  now_);
}

/// To a hair around usual timeouts.
void RouterSession::wait(ByteSource& bytes) {
    constexpr std::array<std::int64_t, 8> usual_ms = {1, 1000, 2000, 10'000, 30'000, 120'000, 600'000, 432'000'000};
    const std::uint8_t how = bytes.byte();
    now_ += milliseconds(usual_ms[how % usual_ms.size()]) + (how >> 4) % 3 - 1;
}

void RouterSession::erase_some(ByteSource& bytes) {
    std::vector<Tuple> all;
    tracker_.table().each_listed([&](const Entry& e) { all.push_back(e.reply); });
    if (!all.empty()) tracker_.erase(all[bytes.byte() % all.size()], now_);
}

/// What does not hold of an entry or of the table, a line each.
std::string RouterSession::broken_invariants() const {
    Carriers carriers;
    for (const Passage& passage : held_)
        if (passage.flight.entry() != nullptr) ++carriers[passage.flight.entry()->id];
    std::vector<EntryView> views = views_of(tracker_, now_, carriers, largest_);
    if (views.size() + tracker_.table().fillers().size() != tracker_.table().existing())
        return "entries that no list shows";
    for (EntryView& view : views) view.bindings_forgotten = forgotten_.count(view.id) != 0;
    std::string out;
    for (const auto& invariant : invariant::entry_invariants)
        for (const EntryView& view : views)
            if (!invariant.holds(view))
                out += std::string(invariant.name) + " (entry " + std::to_string(view.id) + ")\n";
    for (const auto& invariant : invariant::table_invariants)
        if (!invariant.holds(views)) out += std::string(invariant.name) + "\n";
    return out;
}

/// The tuples of an entry in the table never change.
std::string RouterSession::changed_binding() {
    std::map<EntryId, Ends> now_there;
    std::string out;
    tracker_.table().each_linked([&](const Entry& e) {
        now_there.emplace(e.id, Ends{e.original, e.reply});
        const auto before = confirmed_.find(e.id);
        if (before == confirmed_.end()) return;
        if (before->second.original != e.original || before->second.reply != e.reply)
            out = "the binding of entry " + std::to_string(e.id) + " changed";
    });
    confirmed_ = std::move(now_there);
    return out;
}

std::string RouterSession::finish() {
    while (!held_.empty()) release(0);
    if (auto wrong = broken_invariants(); !wrong.empty()) return wrong;
    constexpr std::int64_t longer_than_any_timeout = 100'000'000;
    now_ += seconds(longer_than_any_timeout);
    path_.advance(now_);
    if (tracker_.table().existing() != 0) return "an entry outlived its timer";
    return {};
}

}  // namespace conntrack::testing
