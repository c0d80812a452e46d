-- Delayed and waiting jobs of any tenant that are due. $1 how many at most, $2 orgs, $3 projects that are left alone
SELECT org_id, project_id, id FROM stele_due_jobs($1, $2, $3)
