// Visits every field of the values that TCP rules make, so that two of them can be compared field by field, whatever
// domain each is in.
#pragma once

#include "spec/tcp/outcome.hpp"

namespace conntrack::testing {

template <class D, class F>
void each_field(const tcp::Peer<D>& p, F visit) {
    visit("td_end", p.td_end);
    visit("td_maxend", p.td_maxend);
    visit("td_maxwin", p.td_maxwin);
    visit("td_maxack", p.td_maxack);
    visit("td_scale", p.td_scale);
    visit("flags", p.flags);
    visit("loose", p.loose);
}

template <class D, class F>
void each_field(const tcp::Connection<D>& c, F visit) {
    each_field<D>(c.original, visit);
    each_field<D>(c.reply, visit);
    visit("last.dir", c.last.dir);
    visit("last.index", c.last.index);
    visit("last.seq", c.last.seq);
    visit("last.ack", c.last.ack);
    visit("last.end", c.last.end);
    visit("last.win", c.last.win);
    visit("last.wscale", c.last.wscale);
    visit("last.flags", c.last.flags);
    visit("retrans", c.retrans);
}

template <class D, class F>
void each_field(const tcp::WindowNumbers<D>& n, F visit) {
    visit("n.seq", n.seq);
    visit("n.end", n.end);
    visit("n.ack", n.ack);
    visit("n.sack", n.sack);
    visit("upper_value", n.upper_value);
    visit("upper_bound", n.upper_bound);
    visit("lower_value", n.lower_value);
    visit("lower_bound", n.lower_bound);
    visit("ack_bound", n.ack_bound);
    visit("ack_lower_value", n.ack_lower_value);
    visit("ack_lower_bound", n.ack_lower_bound);
    visit("upper_ok", n.upper_ok);
    visit("lower_ok", n.lower_ok);
    visit("ack_ok", n.ack_ok);
    visit("ack_lower_ok", n.ack_lower_ok);
    visit("skipped", n.skipped);
}

template <class D, class F>
void each_field(const tcp::WindowResult<D>& w, F visit) {
    visit("accept", w.accept);
    visit("ignore", w.ignore);
    visit("window.reason", w.reason);
    visit("trimmed", w.trimmed);
    each_field<D>(w.connection, visit);
    each_field<D>(w.numbers, visit);
    visit("compared", w.compared);
}

template <class D, class F>
void each_field(const tcp::Outcome<D>& o, F visit) {
    each_field<D>(o.connection, visit);
    visit("reason", o.reason);
    visit("invalid", o.invalid);
    visit("drop", o.drop);
    visit("repeat", o.repeat);
    visit("erase", o.erase);
    visit("refresh", o.refresh);
    visit("account", o.account);
    visit("timeout", o.timeout);
    visit("assure", o.assure);
    visit("changed", o.changed);
    visit("shrink", o.shrink);
}

}  // namespace conntrack::testing
