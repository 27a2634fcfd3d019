#include "provider/rollout/difference.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

enum { SUBJECT_ADMINS_MAX = 1024, PLAN_MAX_BYTES = 64 * 1024 * 1024 };

/* ---- The subjects to compare ---- */

static size_t count_people(const struct site *site)
{
    struct site_person person;
    size_t n = 0;

    while (site_person(site, n, &person))
        n++;
    return n;
}

/* A user and a group may have the same name: they are two subjects. */
static size_t add_people(const struct site *site,
                         struct rights_subject *subjects, size_t n)
{
    struct site_person person;

    for (size_t i = 0; site_person(site, i, &person); i++) {
        if (person.is_user)
            subjects[n++] = (struct rights_subject){.name = person.name};
        if (person.is_group)
            subjects[n++] =
                (struct rights_subject){.name = person.name, .is_group = true};
    }
    return n;
}

static int compare_subjects(const void *left, const void *right)
{
    const struct rights_subject *a = left;
    const struct rights_subject *b = right;

    if (a->is_group != b->is_group)
        return a->is_group ? 1 : -1;
    return strcmp(a->name, b->name);
}

static size_t keep_unique(struct rights_subject *subjects, size_t n)
{
    size_t kept = 0;

    qsort(subjects, n, sizeof(*subjects), compare_subjects);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 ||
            compare_subjects(&subjects[kept - 1], &subjects[i]) != 0)
            subjects[kept++] = subjects[i];
    return kept;
}

static enum status find_records(const struct site *site,
                                const struct rights_subject *subject,
                                struct arena *arena, const uint32_t **out,
                                size_t *n_out)
{
    char *group = (char *)(uintptr_t)subject->name;
    uint32_t found[SUBJECT_ADMINS_MAX];
    uint32_t own;
    uint32_t *kept;
    const size_t n = site_admins_of(
        site,
        (struct site_member){subject->is_group ? "" : subject->name, &group,
                             subject->is_group ? 1 : 0},
        found, ARRAY_SIZE(found), &own);

    if (n > ARRAY_SIZE(found))
        return STATUS_LIMIT;
    kept = arena_alloc(arena, n + 1, sizeof(*kept));
    if (!kept)
        return arena_status(arena);
    memcpy(kept, found, n * sizeof(*kept));
    *out = kept;
    *n_out = n;
    return STATUS_OK;
}

enum status difference_make(const struct site *before, const struct site *after,
                            int64_t now_s, struct arena *arena,
                            struct rights_difference *difference_out)
{
    const size_t room = 2 * (count_people(before) + count_people(after));
    struct rights_subject *subjects;
    size_t n;

    *difference_out = (struct rights_difference){0};
    if (before == after)
        return STATUS_OK;
    subjects = arena_alloc(arena, room + 1, sizeof(*subjects));
    if (!subjects)
        return arena_status(arena);
    n = add_people(before, subjects, 0);
    n = keep_unique(subjects, add_people(after, subjects, n));
    for (size_t i = 0; i < n; i++) {
        struct rights_subject *subject = &subjects[i];

        TRY(find_records(before, subject, arena, &subject->before,
                         &subject->n_before));
        TRY(find_records(after, subject, arena, &subject->after,
                         &subject->n_after));
    }
    return rights_compare(&(struct rights_question){before->engine,
                                                    after->engine, subjects, n,
                                                    now_s},
                          arena, difference_out);
}

/* ---- The digest of a plan ---- */

/*
 * Covers the files and what they would do, but not the number or places of the
 * running version, so that changes of nothing do not invalidate it.
 */
enum status difference_digest(const char *files, struct text adopted,
                              const struct policy_plan *plan,
                              const struct rights_difference *rights,
                              char digest_out[POLICY_DIGEST_BYTES])
{
    SCOPED(buf_free) struct buf said = buf_make(PLAN_MAX_BYTES);
    struct json_writer w = json_writer_make(&said);
    unsigned char hash[32];

    writer_string(&w, files);
    writer_text(&w, adopted);
    policy_plan_write_text(plan, &said);
    rights_write_json(rights, &w);
    TRY(buf_status(&said));
    if (EVP_Digest(buf_text(&said).data, said.size, hash, NULL, EVP_sha256(),
                   NULL) != 1)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < sizeof(hash); i++)
        snprintf(digest_out + 2 * i, 3, "%02x", hash[i]);
    return STATUS_OK;
}
