/*
 * A PAM module that does what modules should not: crash, sleep, make somebody
 * else of the user, say things, or leave a process behind that has all its
 * descriptors, as a child or as a daemon, and write its number to a file
 * (crash | sleep | rename=NAME | say=TEXT | leave=FILE | daemon=FILE).
 */
#include <security/pam_modules.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void leave(const char *path)
{
    const pid_t pid = fork();
    FILE *file = pid > 0 ? fopen(path, "w") : NULL;

    while (pid == 0)
        pause();
    if (file) {
        fprintf(file, "%d", (int)pid);
        fclose(file);
    }
}

/* In a session of its own, its parent gone. */
static void leave_daemon(const char *path)
{
    const pid_t pid = fork();

    if (pid == 0) {
        setsid();
        leave(path);
        _exit(0);
    }
    waitpid(pid, NULL, 0);
}

/* As a line of its own, on both. */
static void say(const char *text)
{
    dprintf(STDOUT_FILENO, "\n%s\n", text);
    dprintf(STDERR_FILENO, "\n%s\n", text);
}

int pam_sm_authenticate(pam_handle_t *pam, int flags, int argc,
                        const char **argv)
{
    (void)flags;
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "crash") == 0)
            _exit(139);
        if (strcmp(argv[i], "sleep") == 0)
            for (;;)
                pause();
        if (strncmp(argv[i], "leave=", 6) == 0)
            leave(argv[i] + 6);
        if (strncmp(argv[i], "daemon=", 7) == 0)
            leave_daemon(argv[i] + 7);
        if (strncmp(argv[i], "say=", 4) == 0)
            say(argv[i] + 4);
        if (strncmp(argv[i], "rename=", 7) == 0)
            return pam_set_item(pam, PAM_USER, argv[i] + 7);
    }
    return PAM_SUCCESS;
}

int pam_sm_setcred(pam_handle_t *pam, int flags, int argc, const char **argv)
{
    (void)pam;
    (void)flags;
    (void)argc;
    (void)argv;
    return PAM_SUCCESS;
}
