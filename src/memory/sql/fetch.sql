-- Whole memories by id, in any order; what another tenant owns is not there. Columns: store.cpp, read_memory.
-- $1 org, $2 project, $3 ids
SELECT id, type, category, content, source, scope, created_at, tags, metadata, pinned, trust,
       encode(content_hash, 'hex'), version, updated_at, instance, source_uri, source_commit,
       source_file, job_id, message_id, valid_from, valid_until, expires_at, superseded_by,
       retention
FROM memories
WHERE org_id = $1 AND project_id = $2 AND id = ANY ($3)
