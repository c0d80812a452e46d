-- The changes of a job's status that no event tells: its rows do. $1 org, $2 project, $3 job
-- → created, first started or none, ended or none, status, the place after its last event
SELECT j.created_at, coalesce(q.first_started_at, j.started_at), j.ended_at, j.status,
       coalesce(q.event_seq, j.event_seq) + 1
FROM jobs j
    LEFT JOIN LATERAL (SELECT * FROM job_queue b WHERE b.org_id = $1 AND b.project_id = $2 AND b.id = j.id OFFSET 0) q ON true
WHERE j.org_id = $1 AND j.project_id = $2 AND j.id = $3
