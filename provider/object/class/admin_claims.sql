-- admin_claimed: the identities of an administrator
SELECT kind, value FROM admin_identity WHERE admin = ?1;
