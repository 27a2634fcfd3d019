/*
 * The oracle in Cedar: node runs cedar_oracle.cjs, a trial goes to it as one
 * line of JSON, its answers come back as one line: a letter a question,
 *   a  allow      d  deny      1 2 3  allow at that level
 * or "! " and what went wrong.
 */
#include "tests/oracle/oracle.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "provider/base/json_writer.h"

enum { LINE_MAX_BYTES = 1 << 20 };

struct cedar {
    FILE *to;
    FILE *from;
    pid_t pid;
    struct buf line;
};

static void put_list(struct json_writer *w, const char *key,
                     const struct list *list)
{
    writer_key(w, key);
    writer_array_begin(w);
    for (size_t i = 0; i < list->n; i++)
        writer_int(w, list->at[i]);
    writer_array_end(w);
}

static void put_types(struct json_writer *w, const struct estate *estate)
{
    static const char *const names[] = {"role", "scope", "collection"};

    writer_key(w, "types");
    writer_array_begin(w);
    for (size_t i = 0; i < estate->n_types; i++) {
        const struct rbac_type *type = &estate->types[i];

        writer_object_begin(w);
        writer_put_int(w, "id", type->id);
        writer_put_string(w, "securing", names[type->securing]);
        writer_put_int(w, "operations", type->operations);
        writer_put_int(w, "typeWide", type->type_wide);
        writer_put_int(w, "blockedDirect", type->blocked_direct);
        writer_key(w, "implies");
        writer_array_begin(w);
        for (size_t bit = 0; bit < RBAC_OPERATIONS_MAX; bit++)
            writer_int(w, estate->implies[i][bit]);
        writer_array_end(w);
        writer_object_end(w);
    }
    writer_array_end(w);
}

static void put_roles(struct json_writer *w, const struct estate *estate)
{
    writer_key(w, "roles");
    writer_array_begin(w);
    for (size_t i = 0; i < estate->n_roles; i++) {
        const struct role *role = &estate->roles[i];

        writer_object_begin(w);
        writer_put_int(w, "level", role->level);
        writer_key(w, "rights");
        writer_array_begin(w);
        for (size_t k = 0; k < role->n_rights; k++) {
            writer_object_begin(w);
            writer_put_int(w, "type", role->rights[k].type);
            writer_put_int(w, "operations", role->rights[k].operations);
            writer_put_int(w, "level", role->rights[k].level);
            writer_object_end(w);
        }
        writer_array_end(w);
        writer_object_end(w);
    }
    writer_array_end(w);
}

static void put_assignment(struct json_writer *w,
                           const struct assignment *assignment)
{
    writer_object_begin(w);
    put_list(w, "roles", &assignment->roles);
    put_list(w, "scopes", &assignment->scopes);
    put_list(w, "collections", &assignment->collections);
    if (assignment->from_s != INT64_MIN)
        writer_put_int(w, "from", assignment->from_s);
    if (assignment->until_s != INT64_MAX)
        writer_put_int(w, "until", assignment->until_s);
    writer_object_end(w);
}

static void put_admins(struct json_writer *w, const struct estate *estate)
{
    writer_key(w, "admins");
    writer_array_begin(w);
    for (size_t i = 0; i < estate->n_admins; i++) {
        const struct admin *admin = &estate->admins[i];

        writer_object_begin(w);
        writer_put_bool(w, "disabled", admin->is_disabled);
        writer_key(w, "assignments");
        writer_array_begin(w);
        for (size_t k = 0; k < admin->n_assignments; k++)
            put_assignment(w, &admin->assignments[k]);
        writer_array_end(w);
        writer_object_end(w);
    }
    writer_array_end(w);
}

static void put_collections(struct json_writer *w, const struct estate *estate)
{
    writer_key(w, "limiting");
    writer_array_begin(w);
    for (size_t i = 0; i < estate->n_collections; i++)
        writer_int(w,
                   estate->limiting[i] == NO_PARENT ? -1 : estate->limiting[i]);
    writer_array_end(w);
}

/* JavaScript keeps 53 bits; no bound lies that far out. */
static int64_t now_clamped(int64_t now_s)
{
    const int64_t far = (int64_t)1 << 52;

    return now_s > far ? far : now_s < -far ? -far : now_s;
}

static void put_questions(struct json_writer *w, const struct trial *trial)
{
    writer_key(w, "subjects");
    writer_array_begin(w);
    for (size_t i = 0; i < trial->n_subjects; i++) {
        writer_object_begin(w);
        put_list(w, "admins", &trial->subjects[i]);
        writer_object_end(w);
    }
    writer_array_end(w);
    writer_key(w, "questions");
    writer_array_begin(w);
    for (size_t i = 0; i < trial->n_questions; i++) {
        const struct question *q = &trial->questions[i];

        writer_object_begin(w);
        writer_put_int(w, "subject", q->subject);
        writer_put_int(w, "type", q->type);
        writer_put_int(w, "operation", q->operation);
        writer_put_bool(w, "aboutType", q->is_type_wide);
        put_list(w, "labels", &q->labels);
        writer_put_int(w, "level", q->level);
        writer_put_int(w, "now", now_clamped(q->now_s));
        writer_object_end(w);
    }
    writer_array_end(w);
}

static enum status send_trial(struct cedar *cedar, const struct trial *trial)
{
    struct json_writer w = json_writer_make(&cedar->line);

    buf_clear(&cedar->line);
    writer_object_begin(&w);
    writer_put_int(&w, "allScope",
                   trial->estate.n_scopes ? trial->estate.all_scope : -1);
    writer_put_int(&w, "nScopes", (int64_t)trial->estate.n_scopes);
    put_types(&w, &trial->estate);
    put_roles(&w, &trial->estate);
    put_collections(&w, &trial->estate);
    put_admins(&w, &trial->estate);
    put_questions(&w, trial);
    writer_object_end(&w);
    buf_append_char(&cedar->line, '\n');
    TRY(buf_status(&cedar->line));

    const struct text line = buf_text(&cedar->line);
    if (fwrite(line.data, 1, line.size, cedar->to) != line.size ||
        fflush(cedar->to) != 0)
        return STATUS_UNAVAILABLE;
    return STATUS_OK;
}

static enum status read_answer(char letter, struct answer *answer_out)
{
    struct answer answer = {.verdict = RBAC_DENY, .is_level_known = true};

    if (letter == 'a') {
        answer.verdict = RBAC_ALLOW;
        answer.is_level_known = false; /* Cedar was not asked for less */
    } else if (letter >= '1' && letter <= '3') {
        answer.verdict = RBAC_ALLOW_AT_LEVEL;
        answer.level_required = (enum auth_level)(letter - '0');
    } else if (letter != 'd') {
        return STATUS_INVALID;
    }
    *answer_out = answer;
    return STATUS_OK;
}

static enum status cedar_answer(void *self, const struct trial *trial,
                                struct answer *answers)
{
    struct cedar *cedar = self;
    char line[QUESTIONS_MAX + 1024];

    TRY(send_trial(cedar, trial));
    if (!fgets(line, sizeof(line), cedar->from)) {
        fprintf(stderr, "oracle: cedar ended\n");
        return STATUS_UNAVAILABLE;
    }
    for (size_t i = 0; i < trial->n_questions; i++)
        if (read_answer(line[i], &answers[i]) != STATUS_OK) {
            fprintf(stderr, "oracle: cedar: %s", line);
            return STATUS_UNAVAILABLE;
        }
    return line[trial->n_questions] == '\n' ? STATUS_OK : STATUS_INVALID;
}

static void cedar_free(void *self)
{
    struct cedar *cedar = self;

    if (!cedar)
        return;
    if (cedar->to)
        fclose(cedar->to); /* its end of input: it leaves */
    if (cedar->from)
        fclose(cedar->from);
    if (cedar->pid > 0)
        waitpid(cedar->pid, NULL, 0);
    buf_free(&cedar->line);
    free(cedar);
}

static void cedar_drop(struct cedar **cedar)
{
    cedar_free(*cedar);
}

static void pipe_drop(int (*ends)[2])
{
    for (int i = 0; i < 2; i++)
        if ((*ends)[i] >= 0)
            close((*ends)[i]);
}

static FILE *pipe_take(int *end, const char *mode)
{
    FILE *file = fdopen(*end, mode);

    if (file)
        *end = -1;
    return file;
}

static enum status node_start(const char *script, const char *package,
                              const int input[2], const int output[2],
                              pid_t *pid_out)
{
    char *words[] = {strdup("node"), strdup(script), strdup(package), NULL};
    posix_spawn_file_actions_t actions;
    int rc;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    rc = posix_spawnp(pid_out, "node", &actions, NULL, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        free(words[i]);
    if (rc == 0)
        return STATUS_OK;
    fprintf(stderr, "oracle: node: %s\n", strerror(rc));
    return STATUS_UNAVAILABLE;
}

enum status oracle_cedar_open(const char *script, const char *package,
                              struct oracle *oracle_out)
{
    SCOPED(cedar_drop) struct cedar *cedar = calloc(1, sizeof(*cedar));
    SCOPED(pipe_drop) int input[2] = {-1, -1};
    SCOPED(pipe_drop) int output[2] = {-1, -1};

    if (!cedar)
        return STATUS_NO_MEMORY;
    cedar->line = buf_make(LINE_MAX_BYTES);
    if (pipe2(input, O_CLOEXEC) < 0 || pipe2(output, O_CLOEXEC) < 0)
        return STATUS_UNAVAILABLE;
    TRY(node_start(script, package, input, output, &cedar->pid));
    cedar->to = pipe_take(&input[1], "w");
    cedar->from = pipe_take(&output[0], "r");
    if (!cedar->to || !cedar->from)
        return STATUS_NO_MEMORY;
    *oracle_out =
        (struct oracle){"cedar", cedar_answer, cedar_free, TAKE(cedar)};
    return STATUS_OK;
}
