#!/usr/bin/env python3
"""The oracle from Python, in the same process: a capture through libctoracle, by ctypes.

    python3 examples/ctypes_track.py CAPTURE [EDITION]

Prints what conntrack says of every packet, what observers hear, and the table at the end. LD_LIBRARY_PATH says where
libctoracle.so is, if it is not installed where the system looks.
"""
import ctypes
import struct
import sys

STATES = ("-", "NEW", "ESTABLISHED", "RELATED", "INVALID", "UNTRACKED")
EVENTS = {1: "NEW", 2: "UPDATE", 4: "DESTROY"}
ETHERNET, RAW = 1, 101


class Options(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("edition", ctypes.c_char_p), ("tracker", ctypes.c_char_p),
                ("interfaces", ctypes.POINTER(ctypes.c_char_p)), ("interface_count", ctypes.c_size_t)]


class Verdict(ctypes.Structure):
    """As far as it is used here: the library fills no more than `size` says."""
    _fields_ = [("size", ctypes.c_size_t), ("seen", ctypes.c_int32), ("state", ctypes.c_int32),
                ("direction", ctypes.c_int32), ("accepted", ctypes.c_int32), ("entry", ctypes.c_uint64),
                ("clause", ctypes.c_char_p)]


class Tuple(ctypes.Structure):
    _fields_ = [("family", ctypes.c_uint8), ("protocol", ctypes.c_uint8), ("zone", ctypes.c_uint16),
                ("src_port", ctypes.c_uint16), ("dst_port", ctypes.c_uint16),
                ("src", ctypes.c_uint8 * 16), ("dst", ctypes.c_uint8 * 16)]


class Entry(ctypes.Structure):
    _fields_ = [("id", ctypes.c_uint64), ("original", Tuple), ("reply", Tuple), ("status", ctypes.c_uint32),
                ("mark", ctypes.c_uint32), ("time_left", ctypes.c_int64), ("packets", ctypes.c_uint64 * 2),
                ("bytes", ctypes.c_uint64 * 2), ("tcp_state", ctypes.c_char_p)]


class Event(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int32), ("bits", ctypes.c_uint32), ("now", ctypes.c_int64),
                ("entry", ctypes.POINTER(Entry))]


EntryCallback = ctypes.CFUNCTYPE(None, ctypes.POINTER(Entry), ctypes.c_void_p)
EventCallback = ctypes.CFUNCTYPE(None, ctypes.POINTER(Event), ctypes.c_void_p)


class Oracle:
    """A handle of the library. Errors become exceptions."""

    def __init__(self, edition):
        self.lib = ctypes.CDLL("libctoracle.so.0")
        self.lib.ctoracle_message.restype = ctypes.c_char_p
        self.lib.ctoracle_destroy.argtypes = [ctypes.c_void_p]
        self.lib.ctoracle_destroy.restype = None
        self.handle = ctypes.c_void_p()
        options = Options(size=ctypes.sizeof(Options), edition=edition.encode())
        self.call("create", ctypes.byref(options), ctypes.byref(self.handle))
        self.callbacks = []  # must live as long as the library may call them

    def call(self, name, *arguments):
        if getattr(self.lib, "ctoracle_" + name)(*arguments) != 0:
            raise RuntimeError(self.lib.ctoracle_message().decode())

    def track(self, packet, now):
        verdict = Verdict(size=ctypes.sizeof(Verdict))
        self.call("track", self.handle, None, packet, ctypes.c_size_t(len(packet)), ctypes.c_int64(now),
                  ctypes.byref(verdict))
        return verdict

    def subscribe(self, hear):
        callback, number = EventCallback(lambda event, _: hear(event.contents)), ctypes.c_uint64()
        self.callbacks.append(callback)
        self.call("subscribe", self.handle, ctypes.c_uint32(7), callback, None, ctypes.byref(number))

    def dump(self, show):
        self.call("dump", self.handle, EntryCallback(lambda entry, _: show(entry.contents)), None)

    def close(self):
        self.lib.ctoracle_destroy(self.handle)


def frames(path):
    """The IP packets of a pcap file (little endian; Ethernet or raw), each with its time in nanoseconds."""
    with open(path, "rb") as file:
        magic, link = struct.unpack("<I16xI", file.read(24))
        if magic not in (0xA1B2C3D4, 0xA1B23C4D) or link not in (ETHERNET, RAW):
            sys.exit(f"{path}: expected a little-endian pcap file of Ethernet frames or IP packets")
        unit = 1000 if magic == 0xA1B2C3D4 else 1
        while header := file.read(16):
            seconds, fraction, length, _ = struct.unpack("<IIII", header)
            yield seconds * 10**9 + fraction * unit, file.read(length)[14 if link == ETHERNET else 0:]


def main():
    path, edition = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "linux-6.18"
    oracle = Oracle(edition)
    oracle.subscribe(lambda event: print(f"      event {EVENTS[event.type]}, entry {event.entry.contents.id}"))
    start = None
    for number, (time, packet) in enumerate(frames(path), 1):
        start = time if start is None else start
        verdict = oracle.track(packet, time - start)
        print(f"{number:3}  {(time - start) / 1e9:9.3f}s  {STATES[verdict.state]:<11} entry {verdict.entry}  "
              f"[{verdict.clause.decode()}]")
    oracle.dump(lambda entry: print(f"table: entry {entry.id}, protocol {entry.original.protocol}, "
                                    f"packets {entry.packets[0]}+{entry.packets[1]}, "
                                    f"{entry.time_left // 10**9}s left"))
    oracle.close()


if __name__ == "__main__":
    main()
