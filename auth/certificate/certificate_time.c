#include "auth/certificate/certificate_time.h"

#include <time.h>

int64_t certificate_time_s(const ASN1_TIME *time, int64_t otherwise)
{
    struct tm parts = {0};

    return time && ASN1_TIME_to_tm(time, &parts) == 1 ? (int64_t)timegm(&parts)
                                                      : otherwise;
}
