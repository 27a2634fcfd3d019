#include "tests/unit/unit.h"

#include "tests/unit/sudo/sudo_host.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <security/pam_appl.h>

static void make_program(const char *path)
{
    fake_host_write(path, "#!/bin/sh\n");
    assert_int_equal(chmod(path, 0755), 0);
}

int sudo_host_enter(void **state)
{
    if (fake_host_enter(state) != 0)
        return -1;
    umask(022);
    fake_host_write("/etc/passwd", "root:x:0:0::/root:/bin/bash\n"
                                   "alice:x:42000:42000::/home/al:/bin/sh\n"
                                   "bob:x:42001:42001::/home/bob:/bin/sh\n"
                                   "web:x:33:33::/srv:/run/bin/tool\n");
    fake_host_write("/etc/group", "root:x:0:\nops:x:50:web\nweb:x:33:\n");
    if (mkdir("/run/bin", 0755) != 0 || mkdir("/run/open", 0777) != 0 ||
        chmod("/run/open", 0777) != 0)
        return -1;
    make_program(TOOL);
    make_program(OTHER);
    make_program("/run/open/tool");
    return symlink("/run/bin", "/run/link") ||
           symlink(TOOL, "/run/bin/alias") ||
           symlink(TOOL, "/run/open/alias") ||
           symlink("/run/open/alias", "/run/bin/far");
}

int sudo_host_leave(void **state)
{
    (void)state;
    fake_sudo_close();
    fake_host_end();
    assert_int_equal(fake_login.n_handles, 0);
    fake_login = (struct fake_login){.starts = PAM_SUCCESS};
    unlink(SUDO_RULES_FILE);
    rmdir(LOGIN_DIRECTORY);
    return 0;
}

int run(const char *const *words)
{
    struct fake_sudo sudo = fake_sudo_of_alice();

    return fake_sudo_run(&sudo, words);
}

int run_as(const char *user, const char *const *words)
{
    struct fake_sudo sudo = fake_sudo_of_alice();
    char setting[64];

    snprintf(setting, sizeof(setting), "runas_user=%s", user);
    sudo.settings[0] = setting;
    return fake_sudo_run(&sudo, words);
}

void assert_why(const char *const *words, const char *part)
{
    struct fake_sudo sudo = fake_sudo_of_alice();

    assert_int_equal(fake_sudo_run(&sudo, words), 0);
    if (!strstr(sudo.shown, part) || !sudo.why || !strstr(sudo.why, part))
        fail_msg("%s is not in %s", part, sudo.shown);
}
