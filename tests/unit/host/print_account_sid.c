/*
 * The SID of a user's account on this host, on a line; for a test where a
 * winbind answers (test_domain).
 */
#include <stdio.h>

#include "provider/host/account_sid.h"

int main(int argc, char **argv)
{
    char sid[SID_TEXT_BYTES];

    for (int i = 1; i < argc; i++) {
        account_sid_find(argv[i], sid);
        puts(sid);
    }
    return 0;
}
