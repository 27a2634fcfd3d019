/*
 * What a process is tried with from within: acts that its walls must stop, and
 * acts that they must not.
 */
#pragma once

#include <stdint.h>

/* Made before the walls: things to reach for. */
struct trespass_site {
    char own[128];      /* a directory that may be written */
    char shown[128];    /* a directory that may be read */
    char foreign[128];  /* a directory that may be neither */
    uint16_t near_port; /* listeners on loopback: within reach, */
    uint16_t far_port;  /* and not */
};

/* 0: it succeeded; else the error number. */
typedef int trespass(const struct trespass_site *site);

struct trespass_row {
    const char *name;
    trespass *act;
    int in_daemon; /* 0, an error number, or TRESPASS_KILLED */
    int in_pam;
    int in_signer;
};

/* ANY: the kernel was asked, whatever it said. */
enum { TRESPASS_KILLED = 1000, TRESPASS_ANY = 1001 };

extern const struct trespass_row trespass_files[]; /* need Landlock */
extern const unsigned trespass_n_files;
extern const struct trespass_row trespass_calls[]; /* need seccomp */
extern const unsigned trespass_n_calls;
