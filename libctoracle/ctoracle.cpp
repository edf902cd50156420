// The functions of ctoracle.h: no exception leaves them, and each says what it wants of its arguments.
#include "libctoracle/ctoracle.h"

#include "libctoracle/session.hpp"
#include "libctoracle/shown.hpp"
#include "oracle/input/input_error.hpp"
#include "spec/clause_table.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <string>

using conntrack::library::Refused;
using conntrack::library::Session;

struct ctoracle {
    explicit ctoracle(const ctoracle_options& options) : session(options) {}
    Session session;
};

namespace {

thread_local std::string last_message;

/// Keeps what was wrong; that, too, may find no memory.
ctoracle_error failed(ctoracle_error code, const char* what) noexcept {
    try {
        last_message = what;
    } catch (const std::bad_alloc&) {
        last_message.clear();
    }
    return code;
}

template <class Body>
ctoracle_error guarded(const Body& body) noexcept {
    try {
        body();
        return CTORACLE_OK;
    } catch (const Refused& e) {
        return failed(e.code(), e.what());
    } catch (const conntrack::oracle::InputError& e) {
        return failed(CTORACLE_BAD_ARGUMENT, e.what());
    } catch (const std::bad_alloc&) {
        return failed(CTORACLE_NO_MEMORY, "no memory");
    } catch (const std::exception& e) {
        return failed(CTORACLE_INTERNAL, e.what());
    } catch (...) {
        return failed(CTORACLE_INTERNAL, "something was thrown that is no exception");
    }
}

/// The same with a handle, which must not be in a call already.
template <class Body>
ctoracle_error guarded(ctoracle* oracle, const Body& body) noexcept {
    return guarded([&] {
        if (oracle == nullptr) throw Refused(CTORACLE_BAD_ARGUMENT, "the handle is null");
        const Session::Call call(oracle->session);
        body(oracle->session);
    });
}

void require(const void* pointer, const char* name) {
    if (pointer == nullptr) throw Refused(CTORACLE_BAD_ARGUMENT, std::string(name) + " is null");
}

/// A structure of the caller's, as far as it knows it.
ctoracle_options read_options(const ctoracle_options* options) {
    ctoracle_options out{};
    out.size = sizeof out;
    if (options == nullptr) return out;
    if (options->size < sizeof(std::size_t) || options->size > sizeof out)
        throw Refused(CTORACLE_BAD_ARGUMENT, "options.size is " + std::to_string(options->size) +
                                                 "; expected at most " + std::to_string(sizeof out));
    std::memcpy(&out, options, options->size);
    return out;
}

void require_verdict(const ctoracle_verdict* verdict) {
    require(verdict, "verdict");
    if (verdict->size < sizeof(std::size_t))
        throw Refused(CTORACLE_BAD_ARGUMENT,
                      "verdict.size is " + std::to_string(verdict->size) + "; expected sizeof(ctoracle_verdict)");
}

void write_verdict(ctoracle_verdict* out, const ctoracle_verdict& verdict) {
    const std::size_t size = out->size;
    std::memcpy(out, &verdict, std::min(size, sizeof verdict));
    out->size = size;
}

}  // namespace

const char* ctoracle_error_name(ctoracle_error error) {
    switch (error) {
        case CTORACLE_OK: return "no error";
        case CTORACLE_BAD_ARGUMENT: return "bad argument";
        case CTORACLE_BAD_RULES: return "bad rules";
        case CTORACLE_BAD_SETTING: return "bad setting";
        case CTORACLE_TIME_WENT_BACK: return "time went back";
        case CTORACLE_NO_ROUTER: return "no router";
        case CTORACLE_BUSY: return "busy";
        case CTORACLE_NO_MEMORY: return "no memory";
        case CTORACLE_INTERNAL: return "internal error";
    }
    return "unknown error";
}

const char* ctoracle_message(void) { return last_message.c_str(); }

const char* ctoracle_version(void) { return CTORACLE_VERSION; }

ctoracle_error ctoracle_create(const ctoracle_options* options, ctoracle** created) {
    return guarded([&] {
        require(created, "created");
        *created = nullptr;
        *created = std::make_unique<ctoracle>(read_options(options)).release();
    });
}

void ctoracle_destroy(ctoracle* oracle) { delete oracle; }

ctoracle_error ctoracle_rules(ctoracle* oracle, int family, const char* text) {
    return guarded(oracle, [&](Session& session) {
        require(text, "text");
        if (family != 4 && family != 6)
            throw Refused(CTORACLE_BAD_ARGUMENT, "the family is " + std::to_string(family) + "; expected 4 or 6");
        session.change_rules(static_cast<conntrack::Family>(family), text);
    });
}

ctoracle_error ctoracle_nat(ctoracle* oracle, std::int32_t loaded) {
    return guarded(oracle, [&](Session& session) { session.load_nat(loaded != 0); });
}

ctoracle_error ctoracle_interfaces(ctoracle* oracle, const char* const* interfaces, std::size_t interface_count,
                                   std::int64_t now) {
    return guarded(oracle, [&](Session& session) {
        session.change_interfaces(conntrack::library::interfaces_of(interfaces, interface_count), now);
    });
}

ctoracle_error ctoracle_configure(ctoracle* oracle, const char* name, std::int64_t value) {
    return guarded(oracle, [&](Session& session) {
        require(name, "name");
        session.configure(name, value);
    });
}

ctoracle_error ctoracle_track(ctoracle* oracle, const char* interface, const std::uint8_t* packet, std::size_t length,
                              std::int64_t now, ctoracle_verdict* verdict) {
    return guarded(oracle, [&](Session& session) {
        require_verdict(verdict);
        if (length != 0) require(packet, "packet");
        write_verdict(verdict, session.track(interface, {packet, length}, now));
    });
}

ctoracle_error ctoracle_hold(ctoracle* oracle, const char* interface, const std::uint8_t* packet, std::size_t length,
                             std::int64_t now, ctoracle_hold_point at, ctoracle_verdict* verdict, std::uint64_t* held) {
    return guarded(oracle, [&](Session& session) {
        require_verdict(verdict);
        require(held, "held");
        if (length != 0) require(packet, "packet");
        write_verdict(verdict, session.hold(interface, {packet, length}, now, at, *held));
    });
}

ctoracle_error ctoracle_release(ctoracle* oracle, std::uint64_t held, std::int64_t now, ctoracle_verdict* verdict) {
    return guarded(oracle, [&](Session& session) {
        if (verdict != nullptr) require_verdict(verdict);
        const ctoracle_verdict shown = session.release(held, now);
        if (verdict != nullptr) write_verdict(verdict, shown);
    });
}

ctoracle_error ctoracle_advance(ctoracle* oracle, std::int64_t now) {
    return guarded(oracle, [&](Session& session) { session.advance(now); });
}

const char* ctoracle_clause_meaning(const char* clause) {
    if (clause == nullptr) return nullptr;
    const auto found =
        std::ranges::find(conntrack::clause_table, std::string_view(clause), &conntrack::ClauseInfo::name);
    return found == conntrack::clause_table.end() ? nullptr : found->meaning.data();
}

ctoracle_error ctoracle_dump(ctoracle* oracle, ctoracle_entry_callback callback, void* context) {
    return guarded(oracle, [&](Session& session) {
        if (callback == nullptr) throw Refused(CTORACLE_BAD_ARGUMENT, "callback is null");
        session.dump(callback, context);
    });
}

ctoracle_error ctoracle_delete(ctoracle* oracle, const ctoracle_tuple* tuple, std::int64_t now, std::int32_t* deleted) {
    return guarded(oracle, [&](Session& session) {
        require(tuple, "tuple");
        const auto wanted = conntrack::library::tuple_from_c(*tuple);
        if (!wanted) throw Refused(CTORACLE_BAD_ARGUMENT, "tuple.family is neither 4 nor 6");
        const bool was_there = session.erase(*wanted, now);
        if (deleted != nullptr) *deleted = was_there ? 1 : 0;
    });
}

ctoracle_error ctoracle_flush(ctoracle* oracle, std::int64_t now) {
    return guarded(oracle, [&](Session& session) { session.flush(now); });
}

ctoracle_error ctoracle_flush_expectations(ctoracle* oracle, std::int64_t now) {
    return guarded(oracle, [&](Session& session) { session.flush_expectations(now); });
}

ctoracle_error ctoracle_fill(ctoracle* oracle, std::uint32_t count, std::int32_t assured, std::uint16_t zone,
                             std::int64_t now) {
    return guarded(
        oracle, [&](Session& session) { session.fill({.count = count, .assured = assured != 0, .zone = zone}, now); });
}

ctoracle_error ctoracle_subscribe(ctoracle* oracle, std::uint32_t types, ctoracle_event_callback callback,
                                  void* context, std::uint64_t* id) {
    return guarded(oracle, [&](Session& session) {
        if (callback == nullptr) throw Refused(CTORACLE_BAD_ARGUMENT, "callback is null");
        require(id, "id");
        *id = session.subscribe(types, callback, context);
    });
}

ctoracle_error ctoracle_unsubscribe(ctoracle* oracle, std::uint64_t id) {
    return guarded(oracle, [&](Session& session) { session.unsubscribe(id); });
}
