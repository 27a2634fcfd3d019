-- declared_admin: what was declared of an administrator
SELECT declared FROM admin WHERE row = ?1;

-- declare_admin: makes an administrator
INSERT INTO admin (LogonName, IsGroup, IsDisabled, SourceSite, CreatedBy,
    CreatedDate) VALUES (?1, ?2, 0, ?3, 'policy', ?4);

-- declare_find_other: another declared administrator (than ?3) with an identity
SELECT a.row FROM admin_identity i JOIN admin a ON a.row = i.admin
    WHERE i.kind = ?1 AND i.value = ?2 AND a.place IS NOT NULL AND a.row <> ?3;

-- declare_forget_admin: forgets what was declared of an administrator
UPDATE admin SET declared = NULL WHERE row = ?1;

-- declare_take_lent: takes an identity from a console's record (other than ?3)
-- One that an administrator at the top gave stays.
DELETE FROM admin_identity WHERE kind = ?1 AND value = ?2
    AND admin <> ?3 AND NOT at_top AND (SELECT place FROM admin a
    WHERE a.row = admin_identity.admin) IS NULL;

-- declare_holder: the administrator who has an identity, and who gave it
-- ?2: as identity_core() cuts it
SELECT a.LogonName, i.author FROM admin_identity i
    JOIN admin a ON a.row = i.admin WHERE i.kind = ?1 AND (i.value = ?2
    OR substr(i.value, 1, length(?2) + 1) = ?2 || ' ');

-- declare_host: binds a record to a device, or to none
UPDATE admin SET HostResourceID = ?2 WHERE row = ?1
    AND HostResourceID IS NOT ?2;

-- declare_source: says where the members of a group come from
UPDATE admin SET GroupSource = ?2 WHERE row = ?1;

-- declare_called: what people call a group by SID
UPDATE admin SET DisplayName = ?2 WHERE row = ?1 AND DisplayName IS NOT ?2;

-- declare_place_admin: says where an administrator is declared, and as what
-- ?4: it differs from what was declared before.
UPDATE admin SET place = ?2, declared = ?3,
    IsDisabled = CASE WHEN ?4 THEN 0 ELSE IsDisabled END,
    LastModifiedBy = CASE WHEN ?4 THEN 'policy' ELSE LastModifiedBy END,
    LastModifiedDate = CASE WHEN ?4 THEN ?5 ELSE LastModifiedDate END,
    given_by = CASE WHEN ?4 THEN ?6 ELSE given_by END,
    row_version = row_version + ?4 WHERE row = ?1;
