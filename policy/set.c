#include "policy/set.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "policy/compile.h"
#include "policy/realm/realm_list.h"

enum status policy_set_new(struct policy_set **set_out)
{
    OWNED(policy_set) set = calloc(1, sizeof(*set));

    if (!set)
        return STATUS_NO_MEMORY;
    TRY(arena_new(SET_MAX_BYTES, &set->arena));
    set->messages = messages_make(set->arena);
    *set_out = TAKE(set);
    return STATUS_OK;
}

void policy_set_free(struct policy_set *set)
{
    if (!set)
        return;
    arena_free(set->arena);
    free(set);
}

void policy_set_spell(struct policy_set *set, const struct realms *realms)
{
    set->realms = realms;
}

enum status policy_set_spell_by(struct policy_set *set, const char *name,
                                struct text text)
{
    struct realms *realms = arena_alloc(set->arena, 1, sizeof(*realms));
    const char *file = arena_text(set->arena, text_of(name));
    const char *kept = arena_text(set->arena, text);

    if (!realms || !file || !kept)
        return arena_status(set->arena);
    TRY(realm_list_read(file, (struct text){kept, text.size}, set->arena,
                        &set->messages, realms));
    policy_set_spell(set, realms);
    return STATUS_OK;
}

enum status policy_set_add(struct policy_set *set, const char *name,
                           struct text text)
{
    struct set_file file;

    if (set->n_files == SET_FILES_MAX ||
        text.size > SET_TEXT_MAX_BYTES - set->n_bytes) {
        messages_error(&set->messages, (struct policy_place){.file = NULL},
                       "more than %d files or %d MiB", SET_FILES_MAX,
                       SET_TEXT_MAX_BYTES / 1024 / 1024);
        return STATUS_OK;
    }
    file.name = arena_text(set->arena, text_of(name));
    file.text.data = arena_text(set->arena, text);
    file.text.size = text.size;
    if (!file.name || !file.text.data)
        return arena_status(set->arena);
    set->files[set->n_files++] = file;
    set->n_bytes += text.size;
    return STATUS_OK;
}

static int file_compare(const void *left, const void *right)
{
    return strcmp(((const struct set_file *)left)->name,
                  ((const struct set_file *)right)->name);
}

static void check_files(struct policy_set *set)
{
    if (set->n_files == 0 && set->messages.n_errors == 0)
        messages_error(&set->messages, (struct policy_place){.file = NULL},
                       "no policy file; an empty policy is never meant");
    for (size_t i = 1; i < set->n_files; i++)
        if (strcmp(set->files[i - 1].name, set->files[i].name) == 0)
            messages_error(&set->messages,
                           (struct policy_place){set->files[i].name, 1, 1},
                           "the file is given twice");
}

static enum status read_drafts(struct policy_set *set)
{
    struct schema_reader reader = {set->arena, &set->messages, set->realms};

    set->drafts = arena_alloc(set->arena, set->n_files, sizeof(*set->drafts));
    if (!set->drafts)
        return arena_status(set->arena);
    for (size_t i = 0; i < set->n_files; i++) {
        const struct yaml_node *root;
        const enum status status =
            yaml_read(set->files[i].name, set->files[i].text, set->arena,
                      &set->messages, &root);

        if (status == STATUS_INVALID) {
            set->is_unreadable = true;
            continue;
        }
        TRY(status);
        (void)schema_read(&reader, &policy_language, root, &set->drafts[i]);
    }
    return arena_status(set->arena);
}

/* A file's name without its directory: the same files elsewhere are equal. */
static struct text base_name(const char *name)
{
    const char *slash = strrchr(name, '/');

    return text_of(slash ? slash + 1 : name);
}

static bool digest_add(EVP_MD_CTX *context, struct text text)
{
    unsigned char size[8];

    for (size_t i = 0; i < sizeof(size); i++)
        size[i] = (unsigned char)((uint64_t)text.size >> (56 - 8 * i));
    return EVP_DigestUpdate(context, size, sizeof(size)) == 1 &&
           EVP_DigestUpdate(context, text.data, text.size) == 1;
}

static void digest_drop(EVP_MD_CTX **context)
{
    EVP_MD_CTX_free(*context);
}

static enum status write_digest(struct policy_set *set)
{
    SCOPED(digest_drop) EVP_MD_CTX *context = EVP_MD_CTX_new();

    if (!context || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < set->n_files; i++)
        if (!digest_add(context, base_name(set->files[i].name)) ||
            !digest_add(context, set->files[i].text))
            return STATUS_NO_MEMORY;
    return EVP_DigestFinal_ex(context, set->policy.digest, NULL) == 1
               ? STATUS_OK
               : STATUS_NO_MEMORY;
}

enum status policy_set_compile(struct policy_set *set,
                               const struct policy **policy_out)
{
    struct compile compile = {.arena = set->arena,
                              .messages = &set->messages,
                              .policy = &set->policy,
                              .realms = set->realms};

    qsort(set->files, set->n_files, sizeof(*set->files), file_compare);
    check_files(set);
    TRY(read_drafts(set));
    compile.drafts = set->drafts;
    compile.n_drafts = set->n_files;
    if (!set->is_unreadable && !compile_run(&compile))
        TRY(arena_status(set->arena));
    messages_sort(&set->messages);
    TRY(arena_status(set->arena));
    if (set->messages.n_errors)
        return STATUS_INVALID;
    TRY(write_digest(set));
    *policy_out = &set->policy;
    return STATUS_OK;
}

size_t policy_set_n_files(const struct policy_set *set)
{
    return set->n_files;
}

void policy_set_file(const struct policy_set *set, size_t i,
                     const char **name_out, struct text *text_out)
{
    *name_out = set->files[i].name;
    *text_out = set->files[i].text;
}

void policy_set_blame(struct policy_set *set, struct policy_place place,
                      const char *text)
{
    if (place.file)
        place.file = arena_text(set->arena, text_of(place.file));
    messages_error(&set->messages, place, "%s", text);
    messages_sort(&set->messages);
}

const struct policy_message *policy_set_messages(const struct policy_set *set,
                                                 size_t *n_out)
{
    *n_out = set->messages.n_items;
    return set->messages.items;
}
