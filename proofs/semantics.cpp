#include "proofs/semantics.hpp"

#include "spec/settings.hpp"
#include "spec/timer.hpp"
#include "spec/verdict.hpp"

namespace conntrack::proofs {

TcpSettings free_settings() {
    const auto timeout = [](const char* state) { return fresh_word(std::string("timeout_") + state); };
    return {.loose = fresh_word("loose"),
            .be_liberal = fresh_word("be_liberal"),
            .max_retrans = fresh_word("max_retrans"),
            .ignore_invalid_rst = fresh_word("ignore_invalid_rst"),
            .timeout = {word(0), timeout("syn_sent"), timeout("syn_recv"), timeout("established"), timeout("fin_wait"),
                        timeout("close_wait"), timeout("last_ack"), timeout("time_wait"), timeout("close"),
                        timeout("syn_sent2")},
            .timeout_max_retrans = timeout("max_retrans"),
            .timeout_unacknowledged = timeout("unacknowledged")};
}

TcpSettings default_settings(const Edition& edition) {
    const Settings defaults(edition);
    const auto of = [&](Setting s) { return word(defaults[s]); };
    return {.loose = of(Setting::tcp_loose),
            .be_liberal = of(Setting::tcp_be_liberal),
            .max_retrans = of(Setting::tcp_max_retrans),
            .ignore_invalid_rst = of(Setting::tcp_ignore_invalid_rst),
            .timeout = {word(0), of(Setting::tcp_timeout_syn_sent), of(Setting::tcp_timeout_syn_recv),
                        of(Setting::tcp_timeout_established), of(Setting::tcp_timeout_fin_wait),
                        of(Setting::tcp_timeout_close_wait), of(Setting::tcp_timeout_last_ack),
                        of(Setting::tcp_timeout_time_wait), of(Setting::tcp_timeout_close),
                        of(Setting::tcp_timeout_syn_sent2)},
            .timeout_max_retrans = of(Setting::tcp_timeout_max_retrans),
            .timeout_unacknowledged = of(Setting::tcp_timeout_unacknowledged)};
}

Semantics::Semantics(EditionId id)
    : edition(conntrack::edition(id)),
      tcp(read_tcp_relation(id)),
      flow(read_flow_relation()),
      count(read_count_relation()),
      life(read_life_relation()),
      sctp(read_sctp_relation(id)),
      judge(tcp::judge<Symbolic>),
      packet_state(packet_state_number<Symbolic>),
      goes_on_to_flow(tcp::goes_on_to_flow<Symbolic>),
      refreshed_deadline(conntrack::refreshed_deadline<Symbolic>),
      deadline_refreshed_by(conntrack::deadline_refreshed_by<Symbolic>),
      shrunk_deadline(conntrack::shrunk_deadline<Symbolic>),
      expired(conntrack::expired<Symbolic>),
      fast(read_fast_rules(id)) {}

}  // namespace conntrack::proofs
