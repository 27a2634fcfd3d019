#include "auth/certificate/digest.h"

#include <openssl/objects.h>

bool digest_may_sign(int digest)
{
    switch (digest) {
    case NID_undef: /* EdDSA brings its own */
    case NID_sha256:
    case NID_sha384:
    case NID_sha512:
    case NID_sha3_256:
    case NID_sha3_384:
    case NID_sha3_512:
        return true;
    default:
        return false;
    }
}
