-- The edges that delegations ask for (graph/source.hpp): one was delegated to an instance, came from the job that
-- needed it, and produced the job over there or here. $1 org, $2 project, $3 delegations
SELECT d.id, 'delegation', d.id::text, e.type, e.kind, e.other
FROM unnest($3::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM delegations r
                        WHERE r.org_id = $1 AND r.project_id = $2 AND r.id = i.id LIMIT 1) d
    CROSS JOIN LATERAL (VALUES ('delegated_to', 'instance', d.target_id::text),
                               ('derived_from', 'job', d.for_job_id::text), ('produced', 'job', d.remote_job_id),
                               ('produced', 'job', d.local_job_id::text)) AS e (type, kind, other)
WHERE e.other IS NOT NULL
