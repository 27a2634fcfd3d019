/*
 * A lane between two processes: one order at a time, each answered by one
 * packet. Both begin with their number, so that an answer that came too late is
 * known as such.
 *
 * Whoever is asked and does not answer is waited for once: nobody waits again
 * until it has answered what it was asked.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lane {
    int fd;            /* -1: closed */
    uint64_t asked;    /* number of the last order */
    uint64_t answered; /* and of the last answer */
};

/* The lane has one end; the other, given, is for the process to be made. */
bool lane_open(struct lane *lane, int *other_out);
void lane_close(struct lane *lane);

/* Packets of a lane begin with one of these. */
struct lane_order {
    void *bytes; /* uint64_t number, which is set here, and what follows */
    size_t size;
    int control; /* a descriptor that goes with it; -1: none */
};

struct lane_answer {
    void *bytes;
    size_t room;
    size_t size;
};

/* False: there is no answer. errno is EAGAIN if one may come yet; else the
 * other process is gone, or does not speak properly. */
bool lane_ask(struct lane *lane, const struct lane_order *order,
              struct lane_answer *answer);

/* Sends an order and does not wait; false: there is one without an answer, or
 * it cannot be sent. */
bool lane_post(struct lane *lane, const struct lane_order *order);

/* Has the last order been answered? late: room for an answer, which is lost. */
bool lane_is_answered(struct lane *lane, struct lane_answer *late);

/* Has the other process ended? */
bool lane_is_ended(const struct lane *lane);
