#include "provider/object/ssh_login.h"

#include "provider/object/ssh_login_sql.h"

enum status ssh_login_key(struct store *store, const char *user,
                          struct text key, struct ssh_grant *grant_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    const char *why;
    enum status found;

    found = store_row_with(
        store, SQL_SSH_LOGIN_KEY,
        STORE_ARGS(STORE_TEXT(text_of(user)), STORE_TEXT(key)), &stmt);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_NOT_FOUND : found;
    TRY(ssh_grant_read(store_text(stmt, 0), grant_out, &why));
    grant_out->key = key;
    return STATUS_OK;
}
