/*
 * Times in certificates and revocation lists.
 */
#pragma once

#include <openssl/asn1.h>

#include <stdint.h>

/* Seconds since 1970; otherwise: what it is if there is none, or one that
 * cannot be read. */
int64_t certificate_time_s(const ASN1_TIME *time, int64_t otherwise);
