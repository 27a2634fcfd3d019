/*
 * The SID of a user's account on this host, as winbind or SSSD has it.
 *
 * The site knows an administrator of a domain by the SID of their account, so
 * that nobody becomes them by getting their name. May take as long as the name
 * service does: asked where that keeps nobody else waiting.
 */
#pragma once

#include "provider/base/sid.h"

/*
 * user: as the site is asked about, NAME@REALM or the name alone; it is the
 * account NAME here, if there is one, or else the one of the whole name. "":
 * there is none, it is in no domain, or nobody can tell now.
 */
void account_sid_find(const char *user, char sid_out[SID_TEXT_BYTES]);
