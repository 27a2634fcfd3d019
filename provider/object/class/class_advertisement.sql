-- advertisement_target (fragment): row of the collection that a package is deployed to
(SELECT c.row FROM collection c WHERE c.CollectionID = t.CollectionID)

-- advertisement_scopes (fragment): scopes of the package that is deployed
(SELECT p.scopes FROM package p WHERE p.PackageID = t.PackageID)
