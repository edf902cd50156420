#include "tests/spec/domain/tree.hpp"

namespace conntrack::testing {

namespace {

std::uint64_t next_number() {
    static std::uint64_t number = 0;
    return ++number;
}

std::uint32_t word(std::uint64_t value) { return static_cast<std::uint32_t>(value); }

}  // namespace

Evaluation::Evaluation(std::span<const std::uint64_t> values) : values_(values), number_(next_number()) {}

std::uint64_t Evaluation::of(const Node& node) const {
    if (node.evaluated_in != number_) {
        node.result = compute(node);
        node.evaluated_in = number_;
    }
    return node.result;
}

std::uint64_t Evaluation::compute(const Node& n) const {
    const auto a = [&] { return of(*n.a); };
    const auto b = [&] { return of(*n.b); };
    switch (n.op) {
        case Op::constant: return n.value;
        case Op::variable: return values_[n.value];
        case Op::select: return a() != 0 ? b() : of(*n.c);
        case Op::negation: return a() == 0 ? 1 : 0;
        case Op::both: return a() & b();
        case Op::either: return a() | b();
        case Op::equal: return a() == b() ? 1 : 0;
        case Op::unequal: return a() != b() ? 1 : 0;
        case Op::before: return word(a() - b()) >> 31;
        case Op::less: return a() < b() ? 1 : 0;
        case Op::sooner: return static_cast<std::int64_t>(a()) < static_cast<std::int64_t>(b()) ? 1 : 0;
        case Op::add: return word(a() + b());
        case Op::subtract: return word(a() - b());
        case Op::mask: return a() & b();
        case Op::join: return a() | b();
        case Op::shift_left: return b() < 32 ? word(a() << b()) : 0;
        case Op::seconds: return a() * 1'000'000'000;
        case Op::add_time: return a() + b();
    }
    return 0;
}

}  // namespace conntrack::testing
