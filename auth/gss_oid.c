#include "auth/gss_oid.h"

gss_OID gss_oid_spnego(void)
{
    static unsigned char name[] = {0x2B, 6, 1, 5, 5, 2};
    static gss_OID_desc oid = {sizeof(name), name};

    return &oid;
}
