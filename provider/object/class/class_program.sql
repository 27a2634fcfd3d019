-- program_scopes (fragment): the scopes of a program are those of its package
(SELECT p.scopes FROM package p WHERE p.PackageID = t.PackageID)
