/*
 * SSH certificates of the site: one's own, and what hosts must know of them.
 */
#pragma once

#include "provider/smsctl/console.h"

/* Has the provider certify a public key, and writes KEY-cert.pub. */
enum smsclient_result verb_ssh_cert(struct console *console);

/* The line of TrustedUserCAKeys, and the file of RevokedKeys. */
/* ssh-cert revoke SERIAL: of whoever it is. */
enum smsclient_result verb_ssh_cert_revoke(struct console *console);

enum smsclient_result verb_ssh_ca(struct console *console);
enum smsclient_result verb_ssh_krl(struct console *console);
