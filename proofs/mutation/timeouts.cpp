// Timeouts that are a second off: where rules take them, and as defaults.
#include "proofs/mutation/mutant.hpp"

namespace conntrack::proofs {

namespace {

using tcp::State;

Word off_by(const Word& timeout, int seconds) { return timeout + word(static_cast<std::uint32_t>(seconds)); }

std::string in_words(int seconds) { return seconds > 0 ? "a second longer" : "a second shorter"; }

/// TCP rows that find one of the settings changed.
void change_tcp(std::vector<Mutant>& out, EditionId edition, const std::string& name, int seconds,
                const std::function<Word&(TcpSettings&)>& which) {
    out.push_back({edition,
                   MutantKind::timeout_changed,
                   "the timeout " + name + " of TCP is taken " + in_words(seconds),
                   [=](Semantics& s) {
                       for (TcpRow& row : s.tcp.rows) {
                           row.apply = [=, apply = row.apply](const TcpJudged& judged, State target) {
                               TcpSettings settings = *judged.step.settings;
                               Word& timeout = which(settings);
                               timeout = off_by(timeout, seconds);
                               TcpJudged changed = judged;
                               changed.step.settings = &settings;
                               return apply(changed, target);
                           };
                       }
                   },
                   {},
                   {}});
}

void add_tcp(std::vector<Mutant>& out, const Edition& edition, int seconds) {
    for (const State state : entry_states(edition))
        change_tcp(
            out, edition.id, std::string(tcp::name(state, edition)), seconds,
            [state](TcpSettings& settings) -> Word& { return settings.timeout.at(static_cast<std::size_t>(state)); });
    change_tcp(out, edition.id, "max_retrans", seconds,
               [](TcpSettings& settings) -> Word& { return settings.timeout_max_retrans; });
    if (!edition.tcp.has_unacknowledged_timeout) return;
    change_tcp(out, edition.id, "unacknowledged", seconds,
               [](TcpSettings& settings) -> Word& { return settings.timeout_unacknowledged; });
    if (!edition.tcp.invalid_closer_shrinks) return;
    out.push_back({edition.id,
                   MutantKind::timeout_changed,
                   "a timer is cut to the unacknowledged timeout, " + in_words(seconds),
                   [seconds](Semantics& s) {
                       s.shrunk_deadline = [seconds, rule = s.shrunk_deadline](const Time64& deadline,
                                                                               const Time64& now, const Word& timeout) {
                           return rule(deadline, now, off_by(timeout, seconds));
                       };
                   },
                   {},
                   {}});
}

void add_sctp(std::vector<Mutant>& out, const Edition& edition, int seconds) {
    for (const sctp::State state : sctp_states(edition))
        out.push_back(
            {edition.id,
             MutantKind::timeout_changed,
             "the timeout " + std::string(sctp::name(state)) + " of SCTP is taken " + in_words(seconds),
             [=](Semantics& s) {
                 s.sctp.timeout_of = [=, of = s.sctp.timeout_of](const SctpTimeouts& timeouts, sctp::State asked) {
                     const Time64 span = of(timeouts, asked);
                     return asked == state ? span + Symbolic::time(std::int64_t{seconds} * 1'000'000'000) : span;
                 };
             },
             {},
             {}});
}

void add_flow(std::vector<Mutant>& out, const Edition& edition, int seconds) {
    for (const auto& [name, which] :
         {std::pair{"unreplied", &FlowStep::unreplied_timeout}, std::pair{"stream", &FlowStep::stream_timeout}}) {
        out.push_back({edition.id,
                       MutantKind::timeout_changed,
                       std::string("the ") + name + " timeout of generic tracking is taken " + in_words(seconds),
                       [=, which = which](Semantics& s) {
                           for (auto& row : s.flow.rows) {
                               row.apply = [=, apply = row.apply](const FlowStep& step, const FlowOutcome& nothing) {
                                   FlowStep changed = step;
                                   changed.*which = off_by(step.*which, seconds);
                                   return apply(changed, nothing);
                               };
                           }
                       },
                       {},
                       {}});
    }
    if (edition.core.udp_stream_age_s != 0)
        out.push_back({edition.id,
                       MutantKind::timeout_changed,
                       "the age at which UDP is a stream, " + in_words(seconds),
                       [seconds](Semantics& s) {
                           auto& age = s.edition.core.udp_stream_age_s;
                           age = static_cast<std::uint8_t>(age + seconds);
                       },
                       {},
                       {}});
}

void add_count(std::vector<Mutant>& out, EditionId edition, int seconds) {
    out.push_back({edition,
                   MutantKind::timeout_changed,
                   "the timeout of counted ICMP requests is taken " + in_words(seconds),
                   [seconds](Semantics& s) {
                       for (auto& row : s.count.rows) {
                           row.apply = [=, apply = row.apply](const CountStep& step, const CountOutcome& nothing) {
                               return apply({step.outstanding, off_by(step.timeout, seconds)}, nothing);
                           };
                       }
                   },
                   {},
                   {}});
}

void add_defaults(std::vector<Mutant>& out, const Edition& edition, int seconds) {
    for (const SettingInfo& setting : setting_table) {
        const auto value = setting.defaults.at(static_cast<std::size_t>(edition.id));
        // The timeout of fragments is none of an entry.
        if (setting.kind != SettingKind::seconds || !value || setting.setting == Setting::frag6_timeout) continue;
        out.push_back({edition.id,
                       MutantKind::timeout_changed,
                       "the default of " + std::string(setting.name) + ", " + in_words(seconds),
                       [](Semantics&) {},
                       {},
                       std::pair{setting.setting, *value + static_cast<std::uint32_t>(seconds)}});
    }
}

}  // namespace

void add_timeout_mutants(std::vector<Mutant>& out, const Semantics& semantics) {
    for (const int seconds : {1, -1}) {
        add_tcp(out, semantics.edition, seconds);
        add_sctp(out, semantics.edition, seconds);
        add_flow(out, semantics.edition, seconds);
        if (semantics.is(EditionId::linux_2_6_9)) add_count(out, semantics.edition.id, seconds);
        add_defaults(out, semantics.edition, seconds);
    }
}

}  // namespace conntrack::proofs
