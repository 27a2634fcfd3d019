-- ssh_login_key: an SSH key (?2, without terms) of a user, with its terms
SELECT i.value FROM admin_identity i JOIN admin a ON a.row = i.admin
    WHERE a.LogonName = ?1 AND NOT a.IsGroup AND i.kind = 'ssh_key'
    AND (i.value = ?2 OR substr(i.value, 1, length(?2) + 1) = ?2 || ' ');

-- ssh_login_withdraw: withdraws one certificate (?2) of a record, and forgets those that were made until ?3, unless there are too many (?4)
UPDATE admin SET RevokedCertificates = (SELECT json_group_array(v) FROM
    (SELECT value AS v FROM json_each(ifnull(RevokedCertificates, '[]'))
    WHERE (CAST(value AS INTEGER) & 4294967295) > ?3 AND value <> ?2
    UNION ALL SELECT ?2))
    WHERE row = ?1 AND ?4 >
    (SELECT count(*) FROM json_each(ifnull(RevokedCertificates, '[]'))
    WHERE (CAST(value AS INTEGER) & 4294967295) > ?3);

-- ssh_login_is_withdrawn: whether one certificate (?2) of a record was withdrawn
SELECT count(*) FROM admin, json_each(ifnull(RevokedCertificates, '[]'))
    WHERE admin.row = ?1 AND value = ?2;

-- ssh_login_withdrawn: all that were withdrawn one by one
SELECT CAST(value AS INTEGER) FROM admin, json_each(RevokedCertificates)
    WHERE RevokedCertificates IS NOT NULL ORDER BY 1;

-- ssh_login_last_row: the last row that an administrator's record ever had
SELECT max(coalesce((SELECT max(row) FROM admin), 0),
    coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'admin'), 0));
