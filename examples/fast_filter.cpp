// A whole adapter for `ctoracle compare --with exec:` in C++: the fast tracker, asked through the C library.
//
//     ctoracle compare --with "exec:build/bin/fast_filter" --profile nat
//
// It reads scenarios line by line and answers each step with the packet's verdict, what left the router, and the
// packet's entry. Put your own tracker where `ctoracle_...` is called, and leave out what it cannot show: what an
// answer does not have is not compared. docs/adapters.md describes the lines.
#include "ctoracle.h"

#include <arpa/inet.h>
#include <array>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using Json = nlohmann::ordered_json;
using Bytes = std::vector<std::uint8_t>;

constexpr double nanoseconds = 1e9;

struct Destroy {
    void operator()(ctoracle* oracle) const { ctoracle_destroy(oracle); }
};

void require(ctoracle_error error) {
    if (error != CTORACLE_OK) throw std::runtime_error(ctoracle_message());
}

Bytes from_hex(const std::string& text) {
    Bytes out;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        out.push_back(static_cast<std::uint8_t>(std::stoul(text.substr(i, 2), nullptr, 16)));
    return out;
}

std::string to_hex(const std::uint8_t* bytes, std::size_t length) {
    constexpr const char* digits = "0123456789abcdef";
    std::string out;
    for (std::size_t i = 0; i < length; ++i) {
        out += digits[bytes[i] >> 4];
        out += digits[bytes[i] & 0xf];
    }
    return out;
}

std::string joined(const Json& list) {
    std::string out;
    for (const Json& item : list) out += (out.empty() ? "" : ",") + item.get<std::string>();
    return out;
}

/// The interfaces of the header, or those of the stage (docs/formats.md).
std::vector<std::string> interfaces_of(const Json& header) {
    if (!header.contains("interfaces"))
        return {"inside=10.0.0.1/24,fd00:a::1/64+10.0.0.0/8,fd00:a::/48", "outside=192.0.2.1/24,fd00:b::1/64"};
    std::vector<std::string> out;
    for (const Json& i : header.at("interfaces")) {
        out.push_back(i.at("name").get<std::string>() + "=" + joined(i.at("addresses")));
        if (i.contains("networks") && !i.at("networks").empty()) out.back() += "+" + joined(i.at("networks"));
    }
    return out;
}

ctoracle_tuple tuple_of(const Json& json) {
    ctoracle_tuple out{};
    const std::string src = json.at("src"), dst = json.at("dst");
    out.family = src.find(':') == std::string::npos ? 4 : 6;
    const int family = out.family == 4 ? AF_INET : AF_INET6;
    if (inet_pton(family, src.c_str(), out.src) != 1 || inet_pton(family, dst.c_str(), out.dst) != 1)
        throw std::runtime_error("no addresses: " + json.dump());
    out.protocol = json.at("proto").get<std::uint8_t>();
    const bool icmp = json.contains("id");
    out.src_port = json.value(icmp ? "id" : "sport", std::uint16_t{0});
    out.dst_port = icmp ? static_cast<std::uint16_t>(json.at("type").get<int>() << 8 | json.at("code").get<int>())
                        : json.value("dport", std::uint16_t{0});
    return out;
}

Json tuple_json(const ctoracle_tuple& tuple) {
    constexpr std::uint8_t tcp = 6, udp = 17, gre = 47, sctp = 132, udplite = 136, icmp = 1, icmpv6 = 58;
    const auto text = [&](const std::uint8_t* address) {
        std::array<char, INET6_ADDRSTRLEN> out{};
        inet_ntop(tuple.family == 4 ? AF_INET : AF_INET6, address, out.data(), out.size());
        return std::string(out.data());
    };
    Json out = {{"src", text(tuple.src)}, {"dst", text(tuple.dst)}, {"proto", tuple.protocol}};
    // Not every edition tracks these: where it does not, they have no ports (of GRE: keys).
    const bool may_have_ports = tuple.protocol == udplite || tuple.protocol == sctp || tuple.protocol == gre;
    const bool has_ports = may_have_ports && (tuple.src_port | tuple.dst_port) != 0;
    if (tuple.protocol == tcp || tuple.protocol == udp || has_ports)
        out.update({{"sport", tuple.src_port}, {"dport", tuple.dst_port}});
    if (tuple.protocol == icmp || tuple.protocol == icmpv6)
        out.update({{"id", tuple.src_port}, {"type", tuple.dst_port >> 8}, {"code", tuple.dst_port & 0xff}});
    return out;
}

/// Texts as C takes them.
class Texts {
  public:
    explicit Texts(std::vector<std::string> texts) : texts_(std::move(texts)) {
        for (const std::string& text : texts_) pointers_.push_back(text.c_str());
    }
    Texts(const Texts&) = delete;
    Texts& operator=(const Texts&) = delete;
    [[nodiscard]] const char* const* data() const { return pointers_.data(); }
    [[nodiscard]] std::size_t size() const { return pointers_.size(); }

  private:
    std::vector<std::string> texts_;
    std::vector<const char*> pointers_;
};

/// One scenario: from its header to its end.
class Scenario {
  public:
    explicit Scenario(const Json& header) {
        const Texts interfaces(interfaces_of(header)), modules(header.value("modules", std::vector<std::string>{}));
        const std::string edition = header.value("edition", "linux-6.18");
        const ctoracle_options options{sizeof options,    edition.c_str(), "fast",        interfaces.data(),
                                       interfaces.size(), modules.data(),  modules.size()};
        ctoracle* created = nullptr;
        require(ctoracle_create(&options, &created));
        oracle_.reset(created);
        change(header);
    }

    /// What became of a step, without its number.
    Json play(const Json& step) {
        const auto now = std::llround(step.at("at").get<double>() * nanoseconds);
        require(ctoracle_advance(oracle_.get(), now));
        if (step.contains("packet")) return pass(step, now);
        if (step.contains("release")) return release(step.at("release"), now);
        if (step.contains("flush")) require(ctoracle_flush(oracle_.get(), now));
        if (step.contains("flush_expectations")) require(ctoracle_flush_expectations(oracle_.get(), now));
        if (step.contains("delete")) remove(step.at("delete"), now);
        if (step.contains("fill")) fill(step.at("fill"), now);
        if (step.contains("interfaces")) {
            const Texts interfaces(interfaces_of(step));
            require(ctoracle_interfaces(oracle_.get(), interfaces.data(), interfaces.size(), now));
        }
        change(step);
        return Json::object();
    }

  private:
    std::unique_ptr<ctoracle, Destroy> oracle_;
    struct Held {
        std::uint64_t number = 0;  // 0: it was stopped before it could be held, and is gone
        Bytes packet;
    };
    std::map<std::string, Held> held_;  // by the names that the scenario gave them

    /// Settings and rules, of the header or of a step.
    void change(const Json& from) {
        if (from.contains("nat")) require(ctoracle_nat(oracle_.get(), from.at("nat").get<bool>() ? 1 : 0));
        if (from.contains("sysctl"))
            for (const auto& [name, value] : from.at("sysctl").items()) {
                const ctoracle_error error = ctoracle_configure(oracle_.get(), name.c_str(), value.get<std::int64_t>());
                if (error != CTORACLE_BAD_SETTING) require(error);  // one that only other editions have changes nothing
            }
        if (!from.contains("rules")) return;
        for (const auto& [key, family] : {std::pair{"ipv4", 4}, {"ipv6", 6}})
            require(ctoracle_rules(oracle_.get(), family, from.at("rules").value(key, "").c_str()));
    }

    Json pass(const Json& step, std::int64_t now) {
        const Bytes packet = from_hex(step.at("packet").get<std::string>());
        ctoracle_verdict verdict{};
        verdict.size = sizeof verdict;
        const std::string interface = step.at("in");
        std::uint64_t held = 0;
        if (!step.contains("hold")) {
            require(ctoracle_track(oracle_.get(), interface.c_str(), packet.data(), packet.size(), now, &verdict));
        } else {
            const auto at = step.contains("hold_at") ? CTORACLE_HOLD_BEFORE_FORWARD : CTORACLE_HOLD_BEFORE_FREE;
            require(ctoracle_hold(oracle_.get(), interface.c_str(), packet.data(), packet.size(), now, at, &verdict,
                                  &held));
            held_[step.at("hold")] = {held, packet};
        }
        constexpr std::array<const char*, 6> states = {nullptr,   "new",     "established",
                                                       "related", "invalid", "untracked"};
        constexpr std::array<const char*, 3> directions = {nullptr, "original", "reply"};
        const auto word = [](const char* text) { return text == nullptr ? Json(nullptr) : Json(text); };
        Json out = {{"seen", verdict.seen == 1},
                    {"ct", word(states.at(static_cast<std::size_t>(verdict.state)))},
                    {"dir", word(directions.at(static_cast<std::size_t>(verdict.direction)))}};
        if (step.contains("hold")) out["held"] = true;
        out.update(what_left(verdict, packet));
        return {{"verdict", std::move(out)}, {"entry", entry(verdict.entry)}};
    }

    /// `came`: the packet as it entered.
    static Json what_left(const ctoracle_verdict& verdict, const Bytes& came) {
        Json out = {{"emerged", verdict.left_count != 0}};
        for (std::size_t i = 0; i < verdict.left_count; ++i) {
            const ctoracle_packet& left = verdict.left[i];
            const bool same = Bytes(left.bytes, left.bytes + left.length) == came;
            const Json sent = {{"side", left.interface}, {"out", same ? "same" : to_hex(left.bytes, left.length)}};
            i == 0 ? out.update(sent) : out["more"].push_back(sent);
        }
        return out;
    }

    Json release(const std::string& name, std::int64_t now) {
        ctoracle_verdict verdict{};
        verdict.size = sizeof verdict;
        const Held held = std::exchange(held_[name], {});
        if (held.number != 0) require(ctoracle_release(oracle_.get(), held.number, now, &verdict));
        Json out = {{"release", name}};
        out.update(what_left(verdict, held.packet));
        return {{"verdict", std::move(out)}};
    }

    void fill(const Json& fill, std::int64_t now) {
        constexpr std::uint16_t usual_zone = 9;
        require(ctoracle_fill(oracle_.get(), fill.at("count").get<std::uint32_t>(),
                              fill.value("assured", false) ? 1 : 0, fill.value("zone", usual_zone), now));
    }

    /// The entry of that number, as far as it is shown here; null: it is not in the table.
    Json entry(std::uint64_t id) {
        struct Wanted {
            std::uint64_t id;
            Json found = nullptr;
        } wanted{id};
        const auto look = [](const ctoracle_entry* entry, void* context) {
            auto* mine = static_cast<Wanted*>(context);
            if (entry->id != mine->id) return;
            mine->found = {{"orig", tuple_json(entry->original)},
                           {"timeout", entry->time_left / static_cast<std::int64_t>(nanoseconds)},
                           {"cnt_orig", {entry->packets[0], entry->bytes[0]}},
                           {"cnt_reply", {entry->packets[1], entry->bytes[1]}}};
        };
        require(ctoracle_dump(oracle_.get(), look, &wanted));
        return wanted.found;
    }

    void remove(const Json& tuple, std::int64_t now) {
        const ctoracle_tuple wanted = tuple_of(tuple);
        require(ctoracle_delete(oracle_.get(), &wanted, now, nullptr));
    }
};

Json read_object() {
    std::string line;
    if (!std::getline(std::cin, line)) return nullptr;
    return Json::parse(line);
}

void answer(const Json& line) { std::cout << line.dump() << std::endl; }

}  // namespace

int main() {
    try {
        std::unique_ptr<Scenario> scenario;
        for (Json line = read_object(); !line.is_null(); line = read_object()) {
            if (line.contains("scenario")) {
                scenario = std::make_unique<Scenario>(line.at("scenario"));
            } else if (line.contains("end")) {
                answer(line);
            } else {
                Json out = {{"i", line.at("i")}};
                out.update(scenario->play(line.at("step")));
                answer(out);
            }
        }
    } catch (const std::exception& e) {
        std::cerr << "fast_filter: " << e.what() << '\n';
        return 2;
    }
}
