#include "provider/base/offline_login.h"

#include <inttypes.h>

static bool is_line(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            return false;
    return true;
}

enum status offline_login_write(const struct offline_login *login,
                                struct buf *out)
{
    if (!is_line(login->user) || !is_line(login->device) ||
        !is_line(login->operation) || !is_line(login->level) ||
        login->from_s < 0 || login->until_s <= login->from_s ||
        login->until_s - login->from_s > OFFLINE_LONGEST_S)
        return STATUS_INVALID;
    buf_append_format(out,
                      OFFLINE_LOGIN_HEAD
                      "user %s\ndevice %s\noperation %s\nlevel %s\n"
                      "from %" PRId64 "\nuntil %" PRId64 "\n",
                      login->user, login->device, login->operation,
                      login->level, login->from_s, login->until_s);
    return buf_status(out);
}
