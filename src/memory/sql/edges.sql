-- The edges that memories ask for, by what they and other memories say (graph/source.hpp). A successor that was
-- forgotten supersedes nothing.
-- $1 org, $2 project, $3 memories
SELECT m.id, 'memory', m.id::text, o.type, o.kind, o.key
FROM memories m
    CROSS JOIN LATERAL (VALUES ('derived_from', 'chat_message', m.message_id), ('derived_from', 'job', m.job_id),
                               ('derived_from', 'commit', m.source_commit), ('found_in', 'file', m.source_file),
                               ('found_in', 'url', m.source_uri)) AS o (type, kind, key)
WHERE m.org_id = $1 AND m.project_id = $2 AND m.id = ANY ($3) AND o.key <> ''
UNION ALL
SELECT m.id, 'memory', n.id::text, 'supersedes', 'memory', m.id::text
FROM memories m
    JOIN memories n ON n.org_id = m.org_id AND n.id = m.superseded_by
WHERE m.org_id = $1 AND m.project_id = $2 AND n.project_id = $2 AND m.id = ANY ($3)
