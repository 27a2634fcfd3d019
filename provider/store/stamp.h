/*
 * How often tables were changed, as this process did it; for this room. What
 * was remembered of a table is as it was while its number is the same.
 *
 * Undoing changes a table too: of a part, those tables that it had changed. So
 * what is tried and undone elsewhere leaves a memory as it is.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STAMP_TABLES = 64, STAMP_PARTS_MAX = 64 };

/* Tables by their bits; several may share one. */
struct stamps {
    uint64_t n_changes[STAMP_TABLES];
    uint64_t n_quiet[STAMP_TABLES]; /* of n_changes, by store_run_quietly */
    uint64_t n_undone; /* how often more was undone than can be told */
    bool is_quiet;
    struct stamp_part {
        uint64_t loud; /* tables that it has changed */
        uint64_t quiet;
    } parts[STAMP_PARTS_MAX];
};

/* A table is changed, in the innermost of so many parts; 0: in none. */
void stamps_note(struct stamps *stamps, size_t n_parts, uint64_t bit);

/* A part begins within so many others, is kept, or was undone. */
void stamps_part_begin(struct stamps *stamps, size_t n_parts);
void stamps_part_keep(struct stamps *stamps, size_t n_parts);
void stamps_part_undo(struct stamps *stamps, size_t n_parts);

/* Another number after each change of one of some tables, kept or undone; the
 * same without those by store_run_quietly. */
uint64_t stamps_of(const struct stamps *stamps, uint64_t tables);
uint64_t stamps_loud(const struct stamps *stamps, uint64_t tables);
