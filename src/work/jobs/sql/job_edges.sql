-- The edges that jobs ask for (graph/source.hpp): a child is part of its parent, a retry and a fork came from
-- another. $1 org, $2 project, $3 jobs
SELECT j.id, 'job', j.id::text, e.type, 'job', e.other::text
FROM unnest($3::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM jobs r
                        WHERE r.org_id = $1 AND r.project_id = $2 AND r.id = i.id LIMIT 1) j
    CROSS JOIN LATERAL (VALUES ('part_of', j.parent_id), ('derived_from', j.retry_of), ('derived_from', j.forked_from))
        AS e (type, other)
WHERE e.other IS NOT NULL
