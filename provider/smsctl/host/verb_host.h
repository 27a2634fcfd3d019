/*
 * A host whose logins the site decides: its enrolment, and what its smshostd
 * answers.
 */
#pragma once

#include "provider/smsctl/console.h"

/* On the host, as root. */
enum smsclient_result verb_host_enrol(struct console *console);
enum smsclient_result verb_host_check(struct console *console);
enum smsclient_result verb_host_status(struct console *console);

/* At the site, by an administrator. */
enum smsclient_result verb_host_approve(struct console *console);
