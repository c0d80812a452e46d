-- At most $6 of a tenant's ended jobs that a rule names, held, the oldest first. What ended before then was submitted
-- before then, and ids are in the order of submission: the key bounds the look on both sides. Not those that a live
-- job belongs to, is part of or was taken up from, nor those with an artifact under legal hold.
-- $1 org, $2 project, $3 class, $4 before, $5 after this id, $6 at most
SELECT j.id
FROM jobs j
WHERE j.org_id = $1 AND j.project_id = $2 AND j.id > $5
    AND j.id < overlay('ffffffff-ffff-ffff-ffff-ffffffffffff' PLACING
                       regexp_replace(lpad(to_hex(floor(extract(epoch FROM $4::timestamptz) * 1000)::bigint), 12, '0'),
                                      '^(.{8})(.{4})$', '\1-\2') FROM 1 FOR 13)::uuid
    AND j.retention = $3 AND j.retention <> 'legal-hold' AND j.status <> 'queued' AND j.ended_at < $4
    AND NOT EXISTS (SELECT FROM job_queue p WHERE p.org_id = j.org_id AND p.project_id = j.project_id AND p.id = j.parent_id)
    AND NOT EXISTS (SELECT FROM jobs c WHERE c.org_id = j.org_id AND c.project_id = j.project_id
                                         AND c.parent_id = j.id AND c.status = 'queued')
    AND NOT EXISTS (SELECT FROM jobs r WHERE r.org_id = j.org_id AND r.project_id = j.project_id
                                         AND r.retry_of = j.id AND r.status = 'queued')
    AND NOT EXISTS (SELECT FROM jobs f WHERE f.org_id = j.org_id AND f.project_id = j.project_id
                                         AND f.forked_from = j.id AND f.status = 'queued')
    AND NOT EXISTS (SELECT FROM artifacts a WHERE a.org_id = j.org_id AND a.project_id = j.project_id
                                              AND a.job_id = j.id AND a.retention = 'legal-hold')
ORDER BY j.id
LIMIT $6
FOR UPDATE OF j SKIP LOCKED
