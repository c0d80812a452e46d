-- Whole memories by id, in any order; what another tenant owns is not there. Columns: store.cpp, read_memory.
-- $1 org, $2 project, $3 ids
SELECT m.id, type, category, content, source, scope, created_at, tags, metadata, pinned, trust,
       encode(content_hash, 'hex'), version, updated_at, instance, source_uri, source_commit,
       source_file, job_id, message_id, valid_from, valid_until, expires_at, superseded_by,
       retention
FROM (SELECT DISTINCT u AS id FROM unnest($3::uuid[]) u) i
    CROSS JOIN LATERAL (SELECT * FROM memories o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = i.id LIMIT 1) m
