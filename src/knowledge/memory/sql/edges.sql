-- The edges that memories ask for, by what they and other memories say (graph/source.hpp). A successor that was
-- forgotten supersedes nothing.
-- $1 org, $2 project, $3 memories
SELECT m.id, 'memory', m.id::text, o.type, o.kind, o.key
FROM unnest($3::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM memories r
                        WHERE r.org_id = $1 AND r.project_id = $2 AND r.id = i.id LIMIT 1) m
    CROSS JOIN LATERAL (VALUES ('derived_from', 'chat_message', m.message_id), ('derived_from', 'job', m.job_id),
                               ('derived_from', 'commit', m.source_commit), ('found_in', 'file', m.source_file),
                               ('found_in', 'url', m.source_uri)) AS o (type, kind, key)
WHERE o.key <> ''
UNION ALL
SELECT m.id, 'memory', n.id::text, 'supersedes', 'memory', m.id::text
FROM unnest($3::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM memories r
                        WHERE r.org_id = $1 AND r.project_id = $2 AND r.id = i.id LIMIT 1) m
    CROSS JOIN LATERAL (SELECT s.id FROM memories s
                        WHERE s.org_id = $1 AND s.project_id = $2 AND s.id = m.superseded_by LIMIT 1) n
