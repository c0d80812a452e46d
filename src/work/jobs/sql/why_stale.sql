-- Why a worker's word about jobs was not taken. $1 org, $2 project, $3 ids
-- → id, status or none: there is no such job, the generation it ended with, generation and state of the live row or
-- none
SELECT n.id, j.status, j.generation, q.generation, q.state
FROM unnest($3::uuid[]) AS n (id)
    LEFT JOIN LATERAL (SELECT b.status, b.generation FROM jobs b
                       WHERE b.org_id = $1 AND b.project_id = $2 AND b.id = n.id OFFSET 0) j ON true
    LEFT JOIN LATERAL (SELECT b.generation, b.state FROM job_queue b
                       WHERE b.org_id = $1 AND b.project_id = $2 AND b.id = n.id OFFSET 0) q ON true
