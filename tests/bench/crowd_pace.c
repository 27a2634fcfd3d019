/* An administrator at work: how long is an answer awaited? */
#include <stdio.h>
#include <time.h>

#include "provider/base/clock.h"
#include "tests/bench/crowd_modes.h"
#include "tests/bench/histogram.h"

enum { STEP_US = 10 * 1000, SIGN_IN_EACH = 10, US_OF_S = 1000 * 1000 };

struct pace {
    const struct crowd *crowd;
    struct member kept;
    struct histogram reads_ns, sign_ins_ns;
    unsigned n_wrong, n_lost;
};

static void read_once(struct pace *pace, unsigned number)
{
    const int64_t began_us = clock_mono_us();
    enum member_answer answer = MEMBER_LOST;

    if (pace->kept.ssl && member_send_read(&pace->kept, pace->crowd, number))
        answer = member_receive(&pace->kept, pace->crowd, number);
    histogram_add(&pace->reads_ns,
                  (uint64_t)(clock_mono_us() - began_us) * 1000);
    pace->n_wrong += answer == MEMBER_WRONG;
    if (answer != MEMBER_LOST)
        return;
    pace->n_lost++;
    if (pace->kept.ssl)
        member_close(&pace->kept, true);
    (void)member_open(&pace->kept, pace->crowd);
}

static void sign_in_once(struct pace *pace)
{
    const int64_t began_us = clock_mono_us();
    struct member fresh;
    const bool is_open = member_open(&fresh, pace->crowd);

    histogram_add(&pace->sign_ins_ns,
                  (uint64_t)(clock_mono_us() - began_us) * 1000);
    if (is_open)
        member_close(&fresh, false);
    else
        pace->n_lost++;
}

static void print(const char *what, const struct histogram *took_ns)
{
    printf(" %s=%llu p50_us=%.0f p99_us=%.0f", what,
           (unsigned long long)histogram_count(took_ns),
           (double)histogram_at(took_ns, 0.5) / 1000,
           (double)histogram_at(took_ns, 0.99) / 1000);
}

/* Sleeps to the beginning of a step: a slow answer is not followed by a burst
 * of others. */
static void await_step(void)
{
    const struct timespec rest = {0, STEP_US * 1000L};

    nanosleep(&rest, NULL);
}

int crowd_pace(const struct crowd *crowd, const struct crowd_options *options)
{
    const int64_t until_us =
        clock_mono_us() + (int64_t)options->seconds * US_OF_S;
    struct pace pace = {.crowd = crowd};

    if (!member_open(&pace.kept, crowd))
        return 1;
    for (unsigned n = 1; clock_mono_us() < until_us; n++) {
        read_once(&pace, n);
        if (n % SIGN_IN_EACH == 0)
            sign_in_once(&pace);
        await_step();
    }
    if (pace.kept.ssl)
        member_close(&pace.kept, false);
    printf("pace");
    print("reads", &pace.reads_ns);
    print("sign_ins", &pace.sign_ins_ns);
    printf(" wrong=%u lost=%u\n", pace.n_wrong, pace.n_lost);
    return 0;
}
