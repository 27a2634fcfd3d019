-- ssh_login_key: an SSH key (?2, without terms) of a user, with its terms
SELECT i.value FROM admin_identity i JOIN admin a ON a.row = i.admin
    WHERE a.LogonName = ?1 AND NOT a.IsGroup AND i.kind = 'ssh_key'
    AND (i.value = ?2 OR substr(i.value, 1, length(?2) + 1) = ?2 || ' ');
