// The FTP helper: it reads the control connection, and expects the data connections that are announced there.
// Sources: ip_conntrack_ftp.c (2.6.9), nf_conntrack_ftp.c, nf_nat_ftp.c.
#pragma once

#include "spec/helper/helper.hpp"

namespace conntrack::helper {

class FtpHelper final : public Helper {
  public:
    /// `loose`: the module's option of that name. The address of a third host may be announced.
    explicit FtpHelper(bool loose) : loose_(loose) {}

    [[nodiscard]] std::string_view name() const override { return "ftp"; }
    [[nodiscard]] std::uint8_t protocol() const override { return protocol::tcp; }
    [[nodiscard]] std::uint16_t port() const override { return 21; }
    [[nodiscard]] Policy policy(const Edition& edition) const override;
    Heard look(const Look& packet, Memory& memory) const override;
    [[nodiscard]] std::string spell(const Text& text, Family family, const Address& address,
                                    std::uint16_t port) const override;

  private:
    bool loose_;
};

/// Where lines of a control connection begin, as far as a direction's packets ended in one (seq_aft_nl).
class LinePositions {
  public:
    /// `words`: three of a helper's memory.
    explicit LinePositions(std::span<std::uint32_t, 3> words) : words_(words) {}

    [[nodiscard]] bool has(std::uint32_t seq) const;
    /// A packet ended in a newline, before `seq`.
    void add(std::uint32_t seq, const Edition& edition);

  private:
    std::span<std::uint32_t, 3> words_;  // how many are known, and those
    [[nodiscard]] std::uint32_t known() const { return words_[0]; }
};

}  // namespace conntrack::helper
