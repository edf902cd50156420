#include "proofs/term_store.hpp"

#include <deque>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

namespace conntrack::proofs {

namespace {

struct HashNode {
    std::size_t operator()(const Node& n) const {
        std::uint64_t h = static_cast<std::uint64_t>(n.op) << 8 | n.bits;
        const auto mix = [&h](std::uint64_t part) { h = (h ^ part) * 0x9e37'79b9'7f4a'7c15 ^ h >> 29; };
        mix(n.value);
        for (const Ref operand : {n.a, n.b, n.c}) mix(reinterpret_cast<std::uintptr_t>(operand));
        for (const char letter : n.name) mix(static_cast<unsigned char>(letter));
        return h;
    }
};
struct SameNode {
    bool operator()(const Node& x, const Node& y) const {
        return x.op == y.op && x.bits == y.bits && x.value == y.value && x.a == y.a && x.b == y.b && x.c == y.c &&
               x.name == y.name;
    }
};

struct Question {
    Op op;
    Ref a, b;
    bool operator==(const Question&) const = default;
};
struct HashQuestion {
    std::size_t operator()(const Question& q) const { return HashNode{}(Node{q.op, 0, 0, q.a, q.b}); }
};

/// The terms of one thread.
struct Store {
    std::unordered_set<Node, HashNode, SameNode> nodes;
    std::deque<std::string> names;
    std::unordered_map<Question, Ref, HashQuestion> answers;
};

/// Stores outlive their threads: terms are handed from one to the other.
Store& store() {
    static std::mutex mutex;
    static std::deque<std::unique_ptr<Store>> all;
    thread_local Store* mine = nullptr;
    if (mine == nullptr) {
        const std::lock_guard lock(mutex);
        mine = all.emplace_back(std::make_unique<Store>()).get();
        mine->nodes.reserve(1u << 16);
    }
    return *mine;
}

}  // namespace

Ref keep(Node node) {
    auto& nodes = store().nodes;
    node.number = static_cast<std::uint32_t>(nodes.size());
    return &*nodes.insert(node).first;
}

Ref make(Op op, std::uint8_t bits, Ref a, Ref b, Ref c) { return keep(Node{op, bits, 0, a, b, c}); }

std::optional<Ref> known_answer(Op op, Ref a, Ref b) {
    const auto found = store().answers.find({op, a, b});
    return found == store().answers.end() ? std::nullopt : std::optional(found->second);
}

void keep_answer(Op op, Ref a, Ref b, Ref answer) { store().answers.emplace(Question{op, a, b}, answer); }

Ref constant(std::uint8_t bits, std::uint64_t value) {
    return keep(Node{Op::constant, bits, bits == 0 ? value : value & all_ones(bits)});
}

Ref variable(std::uint8_t bits, const std::string& name) {
    Node node{Op::variable, bits};
    node.name = name;
    auto& nodes = store().nodes;
    if (const auto found = nodes.find(node); found != nodes.end()) return &*found;
    node.name = store().names.emplace_back(name);
    return keep(node);
}

}  // namespace conntrack::proofs
