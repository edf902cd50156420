// That nothing is held in the end is also LeakSanitizer's to find, at the end of every test program of the sanitize
// preset. This test makes sure that it looks.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <cstdlib>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CTORACLE_LOOKS_FOR_LEAKS 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define CTORACLE_LOOKS_FOR_LEAKS 1
#endif

namespace conntrack::testing {

#ifdef CTORACLE_LOOKS_FOR_LEAKS

namespace {

[[gnu::noinline]] void lose(std::size_t bytes) {
    int* volatile lost = new int[bytes];
    lost[0] = 1;
    lost = nullptr;
}

bool failed(int status) { return WIFEXITED(status) && WEXITSTATUS(status) != 0; }

}  // namespace

TEST(LeakDeathTest, LeaksAreLookedFor) {
    constexpr std::size_t many = 1000;
    EXPECT_EXIT(
        {
            for (std::size_t i = 1; i < many; ++i) lose(i);
            std::exit(0);
        },
        failed, "detected memory leaks");
}

#endif

}  // namespace conntrack::testing
