-- Leases of any tenant that have run out. $1 how many at most, $2 orgs, $3 projects that are left alone
SELECT org_id, project_id, id, generation FROM stele_expired_leases($1, $2, $3)
