/*
 * The key that signs SSH certificates: in the signer, which signs nothing else
 * with it, and nothing else so.
 */
#pragma once

#include "auth/signer/ssh_certificate.h"
#include "provider/base/own.h"

struct signer;
struct ssh_authority;

/* Has the signer read a file with an Ed25519 key. signer NULL: this process
 * reads it, and what it makes signs nothing. why_out: as of why_format(). */
MUST_CHECK
enum status ssh_authority_open(struct signer *signer, const char *path,
                               struct ssh_authority **authority_out,
                               const char **why_out);
void ssh_authority_free(struct ssh_authority *authority);
DEFINE_DROP(ssh_authority)

/* Its public half: "ssh-ed25519 BASE64" and the blob of that. */
void ssh_authority_write(const struct ssh_authority *authority,
                         struct buf *out);
struct text ssh_authority_blob(const struct ssh_authority *authority);

/* Signs: out gets "TYPE BASE64". */
MUST_CHECK
enum status ssh_authority_certify(const struct ssh_authority *authority,
                                  const struct ssh_certificate *certificate,
                                  struct buf *out);
