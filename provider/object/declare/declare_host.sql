-- declare_host_bound: the device that a declared host is bound to, there or gone
SELECT HostResourceID FROM admin WHERE LogonName = ?1 AND NOT IsGroup
    AND place IS NOT NULL AND HostResourceID IS NOT NULL;

-- declare_host_device: devices of a name, two at most, or that of a number
SELECT row FROM device WHERE Name = ?1 COLLATE NOCASE
    AND (?2 = 0 OR row = ?2) LIMIT 2;
