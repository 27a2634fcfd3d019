#include "policy/write.h"

#include "policy/draft.h"
#include "policy/kept/kept.h"

enum status policy_write(const struct policy *policy, struct buf *out)
{
    struct kept_file file = {.out = out};

    buf_append_string(out, "version: 1\n");
    kept_write(&policy_language, policy, &file);
    TRY(file.status);
    return buf_status(out);
}
