-- Deletes jobs and by cascade all that hangs on them but their events, whose partitions are only appended to and which
-- nobody is shown without the job. $1 org, $2 project, $3 ids
WITH named AS MATERIALIZED (SELECT $1::uuid AS org, $2::uuid AS project, i.id FROM unnest($3::uuid[]) i (id))
DELETE FROM jobs j USING named n
WHERE j.org_id = n.org AND j.project_id = n.project AND j.id = n.id AND j.retention <> 'legal-hold'
