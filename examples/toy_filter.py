#!/usr/bin/env python3
"""A small stateful filter for `ctoracle compare --with exec:`, and how to make one.

It tracks UDP and ICMP echo over IPv4 as linux-6.18 does, and shows of each packet its state and direction. Of what it
does not know (IPv6, TCP, fragments, rules, ...) it says nothing, and so is not compared there.

    ctoracle compare --with "exec:python3 examples/toy_filter.py" --profile udp

With --bug NAME it has one of three bugs that filters really have:

    shared_ports     looks flows up by their ports alone: two hosts that use one port share an entry
    refresh_forgets  a reply does not renew the timer, so a flow that only receives is forgotten
    early_stream     a flow is a stream with its first reply: the long timeout comes too early
"""
import argparse
import json
import sys

UDP, ICMP = 17, 1
ECHO_REPLY, ECHO_REQUEST = 0, 8
STREAM_AFTER = 2.0  # seconds, as linux-6.18 has it


class Entry:
    def __init__(self, orig, reply, now, timeout):
        self.orig, self.reply = orig, reply
        self.born = now
        self.deadline = now + timeout
        self.seen_reply = self.assured = False


class Filter:
    def __init__(self, header, bug):
        self.bug = bug
        self.entries = []
        settings = header.get("sysctl", {})
        self.udp_timeout = settings.get("nf_conntrack_udp_timeout", 30)
        self.stream_timeout = settings.get("nf_conntrack_udp_timeout_stream", 120)
        self.icmp_timeout = settings.get("nf_conntrack_icmp_timeout", 30)
        self.configure(settings)

    def configure(self, settings):
        self.udp_timeout = settings.get("nf_conntrack_udp_timeout", self.udp_timeout)
        self.stream_timeout = settings.get("nf_conntrack_udp_timeout_stream", self.stream_timeout)
        self.icmp_timeout = settings.get("nf_conntrack_icmp_timeout", self.icmp_timeout)

    def key(self, flow):
        return flow[0], flow[3], flow[4] if self.bug == "shared_ports" and flow[0] == UDP else flow

    def find(self, flow, now):
        self.entries = [e for e in self.entries if e.deadline > now]
        for entry in self.entries:
            if self.key(entry.orig) == self.key(flow):
                return entry, "original"
            if self.key(entry.reply) == self.key(flow):
                return entry, "reply"
        return None, None

    def remove(self, flow, now):
        entry, _ = self.find(flow, now)
        if entry:
            self.entries.remove(entry)

    def track(self, flow, inverse, now, forwarded):
        """The state of the packet and its direction. What is not forwarded makes no entry."""
        entry, direction = self.find(flow, now)
        short = self.udp_timeout if flow[0] == UDP else self.icmp_timeout
        if entry is None:
            if inverse is None:
                return "invalid", None
            if forwarded:
                self.entries.insert(0, Entry(flow, inverse, now, short))
            return "new", "original"
        if direction == "reply":
            entry.seen_reply = True
        old_enough = now - entry.born > STREAM_AFTER or self.bug == "early_stream"
        stream = flow[0] == UDP and entry.seen_reply and old_enough
        entry.assured = entry.assured or stream
        if not (direction == "reply" and self.bug == "refresh_forgets"):
            entry.deadline = now + (self.stream_timeout if stream else short)
        return ("established" if entry.seen_reply else "new"), direction


def read_packet(data):
    """The flow of an IPv4 packet and that of its answer; None for what this filter does not know."""
    if len(data) < 28 or data[0] != 0x45 or int.from_bytes(data[2:4], "big") != len(data):
        return None
    if int.from_bytes(data[6:8], "big") & 0x3FFF or not right_checksums(data):
        return None
    protocol, src, dst = data[9], data[12:16], data[16:20]
    if protocol == UDP and int.from_bytes(data[24:26], "big") == len(data) - 20:
        sport, dport = data[20:22], data[22:24]
        return (UDP, src, dst, sport, dport), (UDP, dst, src, dport, sport)
    if protocol == ICMP and data[20] in (ECHO_REQUEST, ECHO_REPLY) and data[21] == 0:
        kind, ident = data[20], data[24:26]
        asks = (ICMP, dst, src, ident, ECHO_REPLY) if kind == ECHO_REQUEST else None
        return (ICMP, src, dst, ident, kind), asks
    return None


def right_checksums(data):
    def total(words):
        words += b"\0" * (len(words) % 2)
        number = sum(int.from_bytes(words[i:i + 2], "big") for i in range(0, len(words), 2))
        while number >> 16:
            number = (number & 0xFFFF) + (number >> 16)
        return number

    pseudo = b"" if data[9] == ICMP else data[12:20] + bytes([0, data[9]]) + (len(data) - 20).to_bytes(2, "big")
    return total(data[:20]) == 0xFFFF and (data[9] == UDP and data[26:28] == b"\0\0" or
                                           total(pseudo + data[20:]) == 0xFFFF)


def flow_of(tuple_):
    """The flow that a TUPLE of docs/formats.md names, or None."""
    if ":" in tuple_["src"]:
        return None
    address = lambda text: bytes(int(part) for part in text.split("."))
    if tuple_["proto"] == UDP:
        parts = tuple_["sport"].to_bytes(2, "big"), tuple_["dport"].to_bytes(2, "big")
    elif tuple_["proto"] == ICMP and "id" in tuple_:
        parts = tuple_["id"].to_bytes(2, "big"), tuple_["type"]
    else:
        return None
    return (tuple_["proto"], address(tuple_["src"]), address(tuple_["dst"]), *parts)


def to_router(data):
    return data[16:20] in (bytes([10, 0, 0, 1]), bytes([192, 0, 2, 1]))


def answer(track, plain, step):
    """What is shown of one step. `plain`: the scenario has nothing in it that this filter does not know."""
    now = step["at"]
    if "flush" in step:
        track.entries = []
    elif "delete" in step:
        flow = flow_of(step["delete"])
        if flow:
            track.remove(flow, now)
    elif "sysctl" in step:
        track.configure(step["sysctl"])
    elif "packet" in step and plain:
        data = bytes.fromhex(step["packet"])
        flow = read_packet(data)
        if flow and not to_router(data):
            hops_left = data[8]
            state, direction = track.track(*flow, now, hops_left > 1)
            return {"verdict": {"seen": True, "ct": state, "dir": direction}}
    return {}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--bug", choices=["shared_ports", "refresh_forgets", "early_stream"])
    bug = arguments.parse_args().bug
    track, plain = None, True
    for line in sys.stdin:
        message = json.loads(line)
        if "scenario" in message:
            track = Filter(message["scenario"], bug)
            plain = "rules" not in message["scenario"]
        elif "end" in message:
            print('{"end": true}', flush=True)
        else:
            shown = {"i": message["i"]}
            shown.update(answer(track, plain, message["step"]))
            print(json.dumps(shown), flush=True)


if __name__ == "__main__":
    main()
