-- relation_scopes (fragment): scopes of the group that an update is in
(SELECT g.scopes FROM update_group g WHERE g.row = t.FromCIID)
