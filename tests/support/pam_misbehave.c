/*
 * A PAM module that does what modules should not: crash, sleep, make somebody
 * else of the user, or leave a process behind that has all its descriptors, and
 * write its number to a file (crash | sleep | rename=NAME | leave=FILE).
 */
#include <security/pam_modules.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
