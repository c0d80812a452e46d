-- Delegations of any tenant that are to be looked at. $1 how many at most, $2 orgs, $3 projects that are left alone
SELECT org_id, project_id, id FROM stele_due_delegations($1, $2, $3)
