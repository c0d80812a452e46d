-- Schedules of any tenant that are due. $1 how many at most
SELECT org_id, project_id, name FROM stele_due_schedules($1)
