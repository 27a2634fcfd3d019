-- ssh_login_key: an SSH key (?2, without terms) of a user, with its terms
SELECT i.value FROM admin_identity i JOIN admin a ON a.row = i.admin
    WHERE a.LogonName = ?1 AND NOT a.IsGroup AND i.kind = 'ssh_key'
    AND (i.value = ?2 OR substr(i.value, 1, length(?2) + 1) = ?2 || ' ');

-- ssh_login_last_row: the last row that an administrator's record ever had
SELECT max(coalesce((SELECT max(row) FROM admin), 0),
    coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'admin'), 0));
