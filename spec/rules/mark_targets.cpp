// MARK, CONNMARK. Sources: libxt_MARK.c, libxt_CONNMARK.c of iptables.
#include "spec/rules/module.hpp"
#include "spec/rules/values.hpp"

namespace conntrack::rules {

namespace {

enum Way : std::uint8_t {
    set_mark,
    set_xmark,
    and_mark,
    or_mark,
    xor_mark,
    save_mark,
    restore_mark,
    mask,
    nfmask,
    ctmask
};

constexpr bool is_operation(std::uint8_t way) { return way <= restore_mark; }

/// The mark and mask that a way of writing comes down to: mark = (mark & ~mask) ^ value.
MarkValue read_operation(const Given& given, Words& words) {
    const Part part = words.argument(given.word, "a mark").whole();
    if (given.id == set_mark || given.id == set_xmark) {
        MarkValue mark = read_mark(part);
        if (given.id == set_mark) mark.mask |= mark.value;
        return mark;
    }
    const auto bits = static_cast<std::uint32_t>(read_number(part, 0xffff'ffff, "set of bits"));
    if (given.id == and_mark) return {0, ~bits};
    if (given.id == or_mark) return {bits, bits};
    return {bits, 0};
}

class MarkModule final : public TargetModule {
  public:
    [[nodiscard]] std::span<const OptionInfo> options() const override {
        static constexpr OptionInfo infos[] = {{"--set-mark", set_mark, false},
                                               {"--set-xmark", set_xmark, false},
                                               {"--and-mark", and_mark, false},
                                               {"--or-mark", or_mark, false},
                                               {"--xor-mark", xor_mark, false}};
        return infos;
    }
    void read(const Given& given, Words& words) override {
        if (target_) fail(given.word.whole(), "a MARK does one thing only");
        const MarkValue mark = read_operation(given, words);
        target_ = {mark.value, mark.mask};
    }
    Target finish(const Frame& frame) override {
        if (!target_) fail(frame.module, "MARK needs --set-mark, --set-xmark, --and-mark, --or-mark or --xor-mark");
        return *target_;
    }

  private:
    std::optional<MarkTarget> target_;
};

class ConnmarkModule final : public TargetModule {
  public:
    [[nodiscard]] std::span<const OptionInfo> options() const override {
        static constexpr OptionInfo infos[] = {{"--set-mark", set_mark, false},
                                               {"--set-xmark", set_xmark, false},
                                               {"--and-mark", and_mark, false},
                                               {"--or-mark", or_mark, false},
                                               {"--xor-mark", xor_mark, false},
                                               {"--save-mark", save_mark, false},
                                               {"--restore-mark", restore_mark, false},
                                               {"--mask", mask, false},
                                               {"--nfmask", nfmask, false},
                                               {"--ctmask", ctmask, false}};
        return infos;
    }

    void read(const Given& given, Words& words) override {
        if (is_operation(given.id)) {
            if (operation_) fail(given.word.whole(), "a CONNMARK does one thing only");
            operation_ = given.id;
            if (given.id != save_mark && given.id != restore_mark) set_ = read_operation(given, words);
            return;
        }
        const Part part = words.argument(given.word, "a mask").whole();
        const auto bits = static_cast<std::uint32_t>(read_number(part, 0xffff'ffff, "mask"));
        last_mask_ = {given.word.text, given.word.line, given.word.column};
        (given.id == mask ? mask_ : given.id == nfmask ? nfmask_ : ctmask_) = bits;
    }

    Target finish(const Frame& frame) override {
        using Mode = ConnmarkTarget::Mode;
        if (!operation_)
            fail(frame.module,
                 "CONNMARK needs --set-mark, --set-xmark, --and-mark, --or-mark, --xor-mark, --save-mark or "
                 "--restore-mark");
        const bool copies = *operation_ == save_mark || *operation_ == restore_mark;
        const bool any_mask = mask_ || nfmask_ || ctmask_;
        if (any_mask && !copies)
            fail(last_mask_, "masks go with --save-mark and --restore-mark (others take mark/mask)");
        if (mask_ && (nfmask_ || ctmask_)) fail(last_mask_, "--mask stands for both --nfmask and --ctmask");
        if (!copies) return ConnmarkTarget{Mode::set, set_.value, set_.mask, 0xffff'ffff};
        const std::uint32_t both = mask_.value_or(0xffff'ffff);
        return ConnmarkTarget{*operation_ == save_mark ? Mode::save : Mode::restore, 0, ctmask_.value_or(both),
                              nfmask_.value_or(both)};
    }

  private:
    std::optional<std::uint8_t> operation_;
    MarkValue set_;
    std::optional<std::uint32_t> mask_, nfmask_, ctmask_;
    Part last_mask_;
};

}  // namespace

std::unique_ptr<TargetModule> mark_module(std::string_view name) {
    if (name == "MARK") return std::make_unique<MarkModule>();
    if (name == "CONNMARK") return std::make_unique<ConnmarkModule>();
    return nullptr;
}

}  // namespace conntrack::rules
