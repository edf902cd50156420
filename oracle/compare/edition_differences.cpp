#include "oracle/compare/edition_differences.hpp"

#include "model/other_machines.hpp"
#include "oracle/compare/edition_switches.hpp"
#include "proofs/distinguish/difference.hpp"
#include "proofs/distinguish/tcp_rules.hpp"
#include "spec/editions.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace conntrack::oracle {

namespace {

/// The machine of one edition, and in some cells that of the other.
class MixedTcpMachine final : public TcpMachine {
  public:
    explicit MixedTcpMachine(const EditionMix& mix)
        : mix_(mix), one_(make_edition_tcp_machine(mix.one)), other_(make_edition_tcp_machine(mix.other)) {}

    tcp::Outcome<Concrete> receive(const tcp::Judged<Concrete>& judged) override {
        const EditionMix::Cell cell{judged.step.old, judged.step.dir, judged.step.cls};
        if (std::ranges::find(mix_.cells, cell) == mix_.cells.end()) return one_->receive(judged);
        other_->restore(one_->state());
        auto out = other_->receive(judged);
        one_->restore(other_->state());
        return out;
    }
    [[nodiscard]] tcp::State state() const override { return one_->state(); }
    void restore(tcp::State state) override { one_->restore(state); }

  private:
    const EditionMix& mix_;
    std::unique_ptr<TcpMachine> one_, other_;
};

/// The rows of a mixed table.
class MixedSctpMachine final : public SctpMachine {
  public:
    explicit MixedSctpMachine(const proofs::SctpVariant& mixed) : rows_(mixed.rows) {}

    sctp::ChunkOutcome<Concrete> receive(const sctp::ChunkStep<Concrete>& step) override { return rows_.receive(step); }
    sctp::ChunkOutcome<Concrete> open(const sctp::ChunkStep<Concrete>& step) override { return rows_.open(step); }
    [[nodiscard]] sctp::State state() const override { return rows_.state(); }
    void restore(sctp::State state) override { rows_.restore(state); }

  private:
    machines::reading::SctpByTheRows rows_;
};

using Differences = std::vector<EditionDifference>;

void add_cells(Differences& out, EditionId one, EditionId other) {
    for (const auto& d : proofs::tcp_differences(proofs::Variant(one), proofs::Variant(other)))
        if (d.cell)
            out.push_back({"TCP cell " + d.name, [cell = EditionMix::Cell{d.cell->state, d.cell->dir, d.cell->cls}](
                                                     EditionMix& mix) { mix.cells.push_back(cell); }});
}

void add_switches(Differences& out, const Edition& one, const Edition& other) {
    for (const proofs::TcpRule& rule : proofs::tcp_rules())
        if (proofs::value_of(rule, one.tcp) != proofs::value_of(rule, other.tcp))
            out.push_back({"TCP rule " + std::string(rule.name),
                           [&rule, &other](EditionMix& mix) { proofs::copy_value(rule, mix.edition.tcp, other.tcp); }});
    for (const EditionSwitch& s : edition_switches())
        if (!s.name.starts_with("sctp.") && s.differs(one, other))
            out.push_back(
                {"rule " + std::string(s.name), [&s, &other](EditionMix& mix) { s.take_over(mix.edition, other); }});
}

/// Cells and rules of SCTP: some switches have rows of their own. Timeouts are settings like others.
void add_associations(Differences& out, EditionId one, EditionId other) {
    const auto theirs = std::make_shared<proofs::SctpVariant>(other);
    for (auto& d : proofs::sctp_differences(proofs::SctpVariant(one), *theirs)) {
        if (d.kind == proofs::DifferenceKind::setting) continue;
        const bool brings_timeout = d.name == "heartbeats" && edition(other).sctp.heartbeats;
        out.push_back({"SCTP " + std::string(proofs::name(d.kind)) + " " + d.name,
                       [theirs, brings_timeout, adopt = std::move(d.adopt)](EditionMix& mix) {
                           adopt(mix.sctp, *theirs);
                           if (brings_timeout) mix.values.push_back(Setting::sctp_timeout_heartbeat_sent);
                           mix.edition.sctp = mix.sctp.edition.sctp;
                       }});
    }
}

void add_settings(Differences& out, const Edition& one, const Edition& other) {
    const Settings mine(one), theirs(other);
    for (const SettingInfo& s : setting_table) {
        const bool have = s.defaults[static_cast<std::size_t>(one.id)].has_value(),
                   has = s.defaults[static_cast<std::size_t>(other.id)].has_value();
        const std::string name = "setting " + std::string(s.name);
        if (have && !has)
            out.push_back({name, [setting = s.setting](EditionMix& mix) { mix.absent.push_back(setting); }});
        else if (have && mine[s.setting] != theirs[s.setting])
            out.push_back({name, [setting = s.setting](EditionMix& mix) { mix.values.push_back(setting); }});
    }
}

}  // namespace

EditionMix::EditionMix(EditionId mine, EditionId theirs)
    : one(mine), other(theirs), edition(conntrack::edition(mine)), sctp(mine) {}

CheckResult EditionMix::check(const Recording& recording, Keep keep) const {
    const OtherTcpMachines mixed([this](EditionId) { return std::make_unique<MixedTcpMachine>(*this); });
    const OtherSctpMachines associations([this](EditionId) { return std::make_unique<MixedSctpMachine>(sctp); });
    const Settings theirs(conntrack::edition(other));
    EditionVariant variant{edition, {}, absent};
    for (const Setting setting : values) variant.defaults.emplace_back(setting, theirs[setting]);
    return oracle::check(recording, variant, keep);
}

std::vector<EditionDifference> edition_differences(EditionId one, EditionId other) {
    Differences out;
    if (one == other) return out;
    add_cells(out, one, other);
    add_switches(out, edition(one), edition(other));
    add_associations(out, one, other);
    add_settings(out, edition(one), edition(other));
    return out;
}

std::optional<std::vector<const EditionDifference*>> that_explain(const Recording& recording, const EditionMix& mix,
                                                                  const Differences& left) {
    using Chosen = std::vector<const EditionDifference*>;
    const auto agrees = [&](const Chosen& chosen) {
        EditionMix mixed = mix;
        for (const EditionDifference* d : chosen) d->take_over(mixed);
        return !mixed.check(recording).disagreement;
    };
    for (const EditionDifference& d : left)
        if (agrees({&d})) return Chosen{&d};
    Chosen chosen;
    for (const EditionDifference& d : left) chosen.push_back(&d);
    if (!agrees(chosen)) return std::nullopt;
    for (std::size_t chunk = chosen.size() / 2; chunk > 0; chunk /= 2) {
        for (std::size_t end = chosen.size(); end > 0;) {
            const std::size_t first = end > chunk ? end - chunk : 0;
            Chosen fewer = chosen;
            fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(first),
                        fewer.begin() + static_cast<std::ptrdiff_t>(end));
            if (agrees(fewer)) chosen = std::move(fewer);
            end = first;
        }
    }
    return chosen;
}

}  // namespace conntrack::oracle
