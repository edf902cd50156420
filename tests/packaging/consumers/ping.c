/* Two pings and their answers, under the edition that is named: ping EDITION */
#include <ctoracle.h>

#include <stdio.h>

static const char *const state_names[] = {"-", "NEW", "ESTABLISHED", "RELATED", "INVALID", "UNTRACKED"};

/* ICMP echo between 10.0.0.2 and 192.0.2.2, with their checksums. */
static const uint8_t request[28] = {0x45, 0, 0, 28, 0, 1, 0, 0, 64, 1, 0xae, 0xdc, 10, 0,
                                    0,    2, 192, 0, 2, 2, 8, 0, 0xf6, 0xfe, 1, 0, 0, 1};
static const uint8_t answer[28] = {0x45, 0, 0, 28, 0, 1, 0, 0, 64, 1, 0xae, 0xdc, 192, 0,
                                   2,    2, 10, 0, 0, 2, 0, 0, 0xfe, 0xfe, 1, 0, 0, 1};

static int fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, ctoracle_message());
    return 1;
}

static void show_entry(const ctoracle_entry *entry, void *context) {
    (void)context;
    printf("entry %u, protocol %u, %lld s left\n", (unsigned)entry->id, (unsigned)entry->original.protocol,
           (long long)(entry->time_left / 1000000000));
}

int main(int argc, char **argv) {
    ctoracle_options options = {sizeof options, argc > 1 ? argv[1] : NULL, NULL, NULL, 0, NULL, 0};
    ctoracle *oracle = NULL;
    int i;
    if (ctoracle_create(&options, &oracle) != CTORACLE_OK) return fail("create");
    for (i = 0; i < 4; ++i) {
        ctoracle_verdict verdict = {0};
        verdict.size = sizeof verdict;
        if (ctoracle_track(oracle, NULL, i % 2 == 0 ? request : answer, sizeof request, i * INT64_C(500000000),
                           &verdict) != CTORACLE_OK)
            return fail("track");
        printf("%s [%s]\n", state_names[verdict.state], verdict.clause);
    }
    if (ctoracle_dump(oracle, show_entry, NULL) != CTORACLE_OK) return fail("dump");
    ctoracle_destroy(oracle);
    return 0;
}
