-- What one rule would delete of the jobs, tenant by tenant; read as the operator, who sees them all. due_jobs says why
-- some stay. $1 class, $2 before
SELECT j.org_id, j.project_id, count(*), min(j.ended_at)
FROM jobs j
WHERE j.retention = $1 AND j.retention <> 'legal-hold' AND j.status <> 'queued' AND j.ended_at < $2
    AND NOT EXISTS (SELECT FROM job_queue p WHERE p.org_id = j.org_id AND p.project_id = j.project_id AND p.id = j.parent_id)
    AND NOT EXISTS (SELECT FROM jobs c WHERE c.org_id = j.org_id AND c.project_id = j.project_id
                                         AND c.status = 'queued'
                                         AND j.id IN (c.parent_id, c.retry_of, c.forked_from))
    AND NOT EXISTS (SELECT FROM artifacts a WHERE a.org_id = j.org_id AND a.project_id = j.project_id
                                              AND a.job_id = j.id AND a.retention = 'legal-hold')
GROUP BY j.org_id, j.project_id
ORDER BY j.org_id, j.project_id
