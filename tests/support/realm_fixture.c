#include "tests/support/realm_fixture.h"

#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 32, LINE_MAX_BYTES = 32768, KEPT_MAX = 256 };

static char *kept[KEPT_MAX];
static size_t n_kept;

static void free_kept(void)
{
    while (n_kept)
        free(kept[--n_kept]);
}

/* Strings that last until the process ends. */
static const char *keep(char *text)
{
    if (!text || n_kept == KEPT_MAX)
        abort();
    if (n_kept == 0)
        atexit(free_kept);
    kept[n_kept++] = text;
    return text;
}

static const char *from_env(const char *name)
{
    const char *value = getenv(name);

    if (!value) {
        fprintf(stderr, "run me inside tests/support/realm run DIR -- ...\n");
        exit(1);
    }
    return value;
}

const char *realm_path(const char *name)
{
    char *path = NULL;

    if (asprintf(&path, "%s/%s", from_env("REALM_DIR"), name) < 0)
        abort();
    return keep(path);
}

const char *realm_name(void)
{
    return from_env("REALM");
}

/* The child's output; it is an own program, so argv needs no shell. */
static FILE *spawn(const char *const argv[], pid_t *pid_out)
{
    int ends[2];

    if (pipe(ends) != 0)
        abort();
    *pid_out = fork();
    if (*pid_out == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execv(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    close(ends[1]);
    return fdopen(ends[0], "r");
}

const char *realm_call(const char *verb, ...)
{
    const char *argv[ARGUMENTS_MAX] = {from_env("REALM_COMMAND"), verb,
                                       from_env("REALM_DIR")};
    char line[LINE_MAX_BYTES] = "";
    size_t n = 3;
    va_list more;
    FILE *output;
    pid_t pid;
    int status;

    va_start(more, verb);
    while (n < ARGUMENTS_MAX - 1 && (argv[n] = va_arg(more, const char *)))
        n++;
    va_end(more);
    output = spawn(argv, &pid);
    assert_non_null(output);
    if (fgets(line, sizeof(line), output))
        line[strcspn(line, "\n")] = '\0';
    while (fgetc(output) != EOF)
        continue; /* or the command dies of a broken pipe */
    fclose(output);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    return keep(strdup(line));
}

void realm_use_cache(const char *cache)
{
    setenv("KRB5CCNAME", cache, 1);
}

struct auth_kerberos_config realm_kerberos(const char *cache_name)
{
    static const struct auth_indicator indicators[] = {
        {"pkinit", AUTH_LEVEL_CERTIFICATE},
        {"otp", AUTH_LEVEL_MFA},
    };
    static struct realm realms[1];

    realms[0] = (struct realm){.name = realm_name()};
    return (struct auth_kerberos_config){
        .service = "smsprovider",
        .host = "localhost",
        .keytab = realm_path("provider.keytab"),
        .replay_cache = realm_path(cache_name),
        .realms = {realms, 1},
        .indicators = indicators,
        .n_indicators = ARRAY_SIZE(indicators),
    };
}
