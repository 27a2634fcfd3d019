-- declare_host_bound: the device that a declared host is bound to, while it is there
SELECT d.row FROM admin a JOIN device d ON d.row = a.HostResourceID
    WHERE a.LogonName = ?1 AND NOT a.IsGroup AND a.place IS NOT NULL;

-- declare_host_device: devices of a name, two at most
SELECT row FROM device WHERE Name = ?1 COLLATE NOCASE LIMIT 2;
