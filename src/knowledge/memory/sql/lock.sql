-- One memory, held until the transaction ends, so that two updates follow each other.
-- $1 org, $2 project, $3 id
SELECT id, type, category, content, source, scope, created_at, tags, metadata, pinned, trust,
       encode(content_hash, 'hex'), version, updated_at, instance, source_uri, source_commit,
       source_file, job_id, message_id, valid_from, valid_until, expires_at, superseded_by,
       retention
FROM memories
WHERE org_id = $1 AND project_id = $2 AND id = $3
FOR UPDATE
