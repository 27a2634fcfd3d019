/*
 * The command line of smsproviderd.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The command to run instead of serving. */
enum act {
    ACT_SERVE = 0,
    ACT_CHECK,
    ACT_INIT,
    ACT_ACCEPT,
    ACT_ROTATE,
    ACT_ROLLBACK,
    ACT_RESTORE,
    ACT_KEEP_KEYS,
};

struct options {
    const char *config;
    enum act act;
    int64_t version;  /* to go back to; 0: the previous one */
    const char *file; /* to restore */
    const char *keys; /* kept ones, to put back with it; NULL: none */
    const char *key;  /* that decrypts them */
    const char *to;   /* the certificate that keys are kept for */
    const char *user; /* to become; NULL: not said */
    bool is_sure;     /* --yes */
    bool is_unconfined;
};

#define OPTIONS_CONFIG "/etc/smsprovider/provider.yaml"

/* -1: continue; else the exit status, everything having been said. */
int options_read(int argc, char **argv, struct options *options_out);
