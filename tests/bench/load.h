/*
 * Point reads, or creates, over kept connections: one request in flight on
 * each, several processes, each with an event loop.
 */
#pragma once

#include <stdint.h>

#include "provider/client/smsclient.h"
#include "tests/bench/histogram.h"
#include "tests/bench/process_cpu.h"

struct load {
    struct smsclient_options options;
    const char *class_name;
    const char *properties;  /* JSON array, NULL: all */
    const char *const *keys; /* [n_keys] */
    size_t n_keys;
    int is_create; /* creates an object instead, by Name */
    unsigned connections;
    unsigned processes;
    double warm_s;
    double measured_s;
    pid_t server; /* 0: not known */
};

struct load_result {
    struct histogram latency_ns;
    uint64_t n_errors;
    double elapsed_s;
    struct process_cpu server;
    struct process_cpu clients;
    int has_server;
};

/* 0, or an exit status after a message on standard error. */
int load_run(const struct load *load, struct load_result *result_out);
