/* libctoracle: Linux connection tracking (conntrack) as a library, to be asked packet by packet from C, or from whatever
 * can call C. It is the oracle of this project: the executable model, or the fast tracker, of any edition.
 *
 * Time is an argument everywhere, in nanoseconds from a beginning of the caller's choice, and never goes back. No
 * function reads a clock, opens a file or starts a thread. Different handles may be used by different threads, one
 * handle by one thread at a time. No C++ exception leaves the library, and none may come out of a callback.
 *
 * Structures that the caller provides begin with `size`, their sizeof as the caller was compiled: they may grow at
 * their end in later versions, and only as much as the caller knows is read or written. */
#ifndef CTORACLE_H
#define CTORACLE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define CTORACLE_API __attribute__((visibility("default")))
#else
#define CTORACLE_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ctoracle ctoracle;

typedef enum ctoracle_error {
    CTORACLE_OK = 0,
    CTORACLE_BAD_ARGUMENT = 1,   /* a null pointer, a name that is not known, a size that is too small */
    CTORACLE_BAD_RULES = 2,      /* the message begins with line and column */
    CTORACLE_BAD_SETTING = 3,    /* no such setting in this edition, or a value that it does not take */
    CTORACLE_TIME_WENT_BACK = 4, /* time is negative, before that of the last call, or beyond CTORACLE_LAST_TIME */
    CTORACLE_NO_ROUTER = 5,      /* it was created without interfaces, which this needs */
    CTORACLE_BUSY = 6,           /* called from within a callback of the same handle */
    CTORACLE_NO_MEMORY = 7,
    CTORACLE_INTERNAL = 8 /* a defect of the library */
} ctoracle_error;

#define CTORACLE_LAST_TIME INT64_C(4611686018427387903) /* 146 years */

/* "bad rules". Of every number there is one. */
CTORACLE_API const char *ctoracle_error_name(ctoracle_error error);
/* What was wrong in the last call that failed in this thread, for people. It is there until the next one fails. */
CTORACLE_API const char *ctoracle_message(void);
/* "0.1.0". */
CTORACLE_API const char *ctoracle_version(void);

/* --- a tracker --------------------------------------------------------------------------------------------------- */

typedef struct ctoracle_options {
    size_t size;
    const char *edition; /* "linux-2.6.9", "linux-2.6.32" or "linux-6.18"; null: the last */
    const char *tracker; /* "model" or "fast"; null: "model" */
    /* The interfaces of the router that packets pass, each "NAME=ADDRESS[/LENGTH][,...][+NETWORK[,...]]", such as
     * "inside=10.0.0.1/24+10.0.0.0/8": its own addresses, and the networks behind it (none: everything else). None at
     * all: there is no router; every packet is put together from its fragments, tracked, and accepted as it is. */
    const char *const *interfaces;
    size_t interface_count;
    /* What is loaded besides what every kernel has: "sctp", "udplite", "gre" (linux-2.6.x), and helpers: "ftp", "tftp",
     * and "ftp_loose", which is FTP with its option loose (linux-6.18 has them all: a rule names them). */
    const char *const *modules;
    size_t module_count;
} ctoracle_options;

/* An empty table, no rules, default settings; counters and events are on. `options` may be null. */
CTORACLE_API ctoracle_error ctoracle_create(const ctoracle_options *options, ctoracle **created);
/* Null is permitted. */
CTORACLE_API void ctoracle_destroy(ctoracle *oracle);

/* The rules of one family (4 or 6), in the format of iptables-save, in place of those in force. An error changes
 * nothing. */
CTORACLE_API ctoracle_error ctoracle_rules(ctoracle *oracle, int family, const char *text);
/* The hooks of NAT exist, `loaded` 1, even without rules of a nat table, as where its module is loaded; 0: with such
 * rules alone, as from the start. */
CTORACLE_API ctoracle_error ctoracle_nat(ctoracle *oracle, int32_t loaded);
/* The router's interfaces are replaced by these, each as in ctoracle_options: addresses come and go. */
CTORACLE_API ctoracle_error ctoracle_interfaces(ctoracle *oracle, const char *const *interfaces, size_t interface_count,
                                                int64_t now);
/* A sysctl of connection tracking by its name, such as "nf_conntrack_udp_timeout". */
CTORACLE_API ctoracle_error ctoracle_configure(ctoracle *oracle, const char *name, int64_t value);

/* --- packets ----------------------------------------------------------------------------------------------------- */

typedef enum ctoracle_state {
    CTORACLE_NONE = 0, /* tracking did not see the packet, or dropped it */
    CTORACLE_NEW = 1,
    CTORACLE_ESTABLISHED = 2,
    CTORACLE_RELATED = 3,
    CTORACLE_INVALID = 4,
    CTORACLE_UNTRACKED = 5
} ctoracle_state;

typedef enum ctoracle_direction {
    CTORACLE_NO_DIRECTION = 0,
    CTORACLE_ORIGINAL = 1,
    CTORACLE_REPLY = 2
} ctoracle_direction;

/* A packet that the router sent. One that it forwarded has its hop limit as it came. */
typedef struct ctoracle_packet {
    const char *interface;
    const uint8_t *bytes;
    size_t length;
} ctoracle_packet;

typedef struct ctoracle_verdict {
    size_t size;
    int32_t seen;        /* 1: it reached tracking */
    int32_t state;       /* ctoracle_state */
    int32_t direction;   /* ctoracle_direction */
    int32_t accepted;    /* 1: it left the router, or was delivered to it; without a router: nobody dropped it */
    uint64_t entry;      /* the entry that it carried, 0: none */
    const char *clause;  /* what decided, a name of docs/clauses.md */
    const char *stopped; /* what stopped it, in words; null: nothing did */
    const char *rule;    /* the rule, or the chain whose policy, stopped it; null: none did */
    const ctoracle_packet *left; /* what left the router: translated, perhaps in fragments */
    size_t left_count;
    const ctoracle_packet *answers; /* what the router sent of itself because of it */
    size_t answer_count;
} ctoracle_verdict;

/* A packet enters, beginning with its IP header, by the interface of that name (null where there is no router), and
 * goes all its way. What `verdict` points to is there until the next call with this handle. */
CTORACLE_API ctoracle_error ctoracle_track(ctoracle *oracle, const char *interface, const uint8_t *packet,
                                           size_t length, int64_t now, ctoracle_verdict *verdict);

typedef enum ctoracle_hold_point {
    CTORACLE_HOLD_BEFORE_FORWARD = 1, /* tracked and routed; not yet filtered, translated at its source, or confirmed */
    CTORACLE_HOLD_BEFORE_FREE = 2     /* it has left, as into the queue of a device, which still refers to its entry */
} ctoracle_hold_point;

/* The same as ctoracle_track(), but the packet stops there until ctoracle_release(): others may be on their way
 * meanwhile. `verdict` says what has become of it so far; `held` is its number, or 0 if it was stopped before that
 * point and is gone. Without a router the way is tracking and confirmation. */
CTORACLE_API ctoracle_error ctoracle_hold(ctoracle *oracle, const char *interface, const uint8_t *packet, size_t length,
                                          int64_t now, ctoracle_hold_point at, ctoracle_verdict *verdict,
                                          uint64_t *held);
/* A held packet goes the rest of its way, and is freed. `verdict` (may be null): what tracking said of it, and what
 * left now. What is still held when the handle is destroyed is freed as it is. */
CTORACLE_API ctoracle_error ctoracle_release(ctoracle *oracle, uint64_t held, int64_t now, ctoracle_verdict *verdict);
/* Lets time pass: what runs out until then does, and is told to subscribers. */
CTORACLE_API ctoracle_error ctoracle_advance(ctoracle *oracle, int64_t now);
/* The meaning of a clause in a sentence; null: there is none of that name. */
CTORACLE_API const char *ctoracle_clause_meaning(const char *clause);

/* --- entries ----------------------------------------------------------------------------------------------------- */

typedef struct ctoracle_tuple {
    uint8_t family; /* 4 or 6 */
    uint8_t protocol;
    uint16_t zone;
    uint16_t src_port, dst_port; /* of ICMP queries: the identifier; type * 256 + code */
    uint8_t src[16], dst[16];    /* in network order; of IPv4 the first four bytes */
} ctoracle_tuple;

typedef struct ctoracle_entry {
    uint64_t id;
    ctoracle_tuple original, reply;
    uint32_t status; /* the bits IPS_... of linux/netfilter/nf_conntrack_common.h */
    uint32_t mark;
    int64_t time_left;     /* nanoseconds */
    uint64_t packets[2];   /* original, reply; 0 where the entry is not counted */
    uint64_t bytes[2];     /* of IP packets, with their headers */
    const char *tcp_state; /* "ESTABLISHED"; null: it is not TCP */
} ctoracle_entry;

/* Is given an entry that is there until it returns. */
typedef void (*ctoracle_entry_callback)(const ctoracle_entry *entry, void *context);
/* Every entry that listings show, at the time of the last call, the newest first. */
CTORACLE_API ctoracle_error ctoracle_dump(ctoracle *oracle, ctoracle_entry_callback callback, void *context);
/* Deletes the entry that has this tuple in either direction; `deleted` (may be null) says whether there was one. */
CTORACLE_API ctoracle_error ctoracle_delete(ctoracle *oracle, const ctoracle_tuple *tuple, int64_t now,
                                            int32_t *deleted);
CTORACLE_API ctoracle_error ctoracle_flush(ctoracle *oracle, int64_t now);
/* Nothing is expected any more: no data connection of FTP, no answer of a TFTP server. */
CTORACLE_API ctoracle_error ctoracle_flush_expectations(ctoracle *oracle, int64_t now);
/* Adds so many UDP entries (at most 16711680 in all) that do nothing but fill the table: 10.X.Y.Z:1000 >
 * 198.51.100.1:53, from 10.1.0.0 on. No list and no event shows them. Where it is full they push others out, or are not
 * made, as entries that are made through netlink; `assured` 1: nobody drops them early. */
CTORACLE_API ctoracle_error ctoracle_fill(ctoracle *oracle, uint32_t count, int32_t assured, uint16_t zone,
                                          int64_t now);

/* --- events ------------------------------------------------------------------------------------------------------ */

typedef enum ctoracle_event_type {
    CTORACLE_EVENT_NEW = 1,
    CTORACLE_EVENT_UPDATE = 2,
    CTORACLE_EVENT_DESTROY = 4
} ctoracle_event_type;

typedef struct ctoracle_event {
    int32_t type;  /* ctoracle_event_type */
    uint32_t bits; /* what is told together, the bits of enum ip_conntrack_events of the edition */
    int64_t now;
    const ctoracle_entry *entry;
} ctoracle_event;

/* Must not call the library with the same handle. */
typedef void (*ctoracle_event_callback)(const ctoracle_event *event, void *context);
/* `types`: a set of ctoracle_event_type. linux-2.6.9 tells nobody anything. `id` names the subscription. */
CTORACLE_API ctoracle_error ctoracle_subscribe(ctoracle *oracle, uint32_t types, ctoracle_event_callback callback,
                                               void *context, uint64_t *id);
CTORACLE_API ctoracle_error ctoracle_unsubscribe(ctoracle *oracle, uint64_t id);

#ifdef __cplusplus
}
#endif

#endif
