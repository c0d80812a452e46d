-- Leases of any tenant that have run out, but for tenants that are left alone; needs open_worker.
-- $1 how many at most, $2 orgs, $3 projects that are left alone
SELECT q.org_id, q.project_id, q.id, q.generation
FROM job_queue q
WHERE q.state = 'running' AND q.lease_until < now()
    AND NOT EXISTS (SELECT FROM unnest($2::uuid[], $3::uuid[]) r (org, project)
                    WHERE r.org = q.org_id AND r.project = q.project_id)
ORDER BY q.lease_until
LIMIT $1
