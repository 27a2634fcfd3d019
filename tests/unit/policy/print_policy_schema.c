/*
 * Prints the JSON Schema of policy files, for editors; check_policy_schema
 * compares it with what the language takes.
 */
#include <stdio.h>

#include "policy/schema_json.h"

int main(void)
{
    SCOPED(buf_free) struct buf out = buf_make(4 << 20);

    if (policy_schema_write(&out) != STATUS_OK)
        return 1;
    printf("%.*s\n", (int)out.size, buf_text(&out).data);
    return 0;
}
