-- Events of a job after a place. $1 org, $2 project, $3 job, $4 after, $5 types or none: any, $6 limit, $7 not before:
-- when the job was submitted, so that older partitions are left alone
SELECT e.seq, e.type, e.step, e.payload, e.created_at
FROM job_events e
WHERE e.org_id = $1 AND e.project_id = $2 AND e.job_id = $3 AND e.seq > $4 AND e.created_at >= $7
    AND ($5::text[] IS NULL OR e.type = ANY ($5))
ORDER BY e.seq
LIMIT $6
