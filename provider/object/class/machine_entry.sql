-- machine_find: the devices that have one of two identities; '' is none
SELECT row FROM device WHERE SMBIOSGUID = ?1 COLLATE NOCASE AND ?1 <> ''
    UNION SELECT row FROM device_by_MACAddresses
    WHERE value = ?2 COLLATE NOCASE AND ?2 <> '' LIMIT 2;
