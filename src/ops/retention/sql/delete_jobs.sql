-- Deletes jobs and by cascade all that hangs on them but their events, whose partitions are only appended to and which
-- nobody is shown without the job. $1 org, $2 project, $3 ids
DELETE FROM jobs j USING unnest($3::uuid[]) AS n (id)
WHERE j.org_id = $1 AND j.project_id = $2 AND j.id = n.id AND j.retention <> 'legal-hold'
