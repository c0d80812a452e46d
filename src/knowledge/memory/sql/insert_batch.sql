-- Stores many memories in one statement; those that are there already, by text or by id, are left out.
-- $1 org, $2 project, then one array a column; tags come as {"t": [...]}, for PostgreSQL has no arrays of
-- arrays of different lengths.
INSERT INTO memories (org_id, project_id, id, scope, instance, type, category, source, trust, content,
                      content_hash, lexemes, tags, metadata, pinned, source_uri, source_commit,
                      source_file, job_id, message_id, valid_from, valid_until, expires_at,
                      superseded_by, version, created_at, updated_at, retention)
SELECT $1, $2, n.id, n.scope, n.instance, n.type, n.category, n.source, n.trust, n.content, n.hash,
       n.lexemes,
       CASE WHEN n.tags = '{}' THEN '{}' ELSE ARRAY(SELECT jsonb_array_elements_text(n.tags -> 't')) END,
       n.metadata, n.pinned, n.uri, n.commit, n.file, n.job, n.message, n.valid_from, n.valid_until,
       n.expires, n.superseded, n.version, n.created, n.updated,
       n.retention
FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::text[], $11::bytea[], $12::sparsevec[], $13::jsonb[], $14::jsonb[], $15::boolean[],
            $16::text[], $17::text[], $18::text[], $19::text[], $20::text[], $21::timestamptz[],
            $22::timestamptz[], $23::timestamptz[], $24::uuid[], $25::int[], $26::timestamptz[],
            $27::timestamptz[], $28::text[])
     AS n (id, scope, instance, type, category, source, trust, content, hash, lexemes, tags, metadata,
           pinned, uri, commit, file, job, message, valid_from, valid_until, expires, superseded,
           version, created, updated, retention)
ON CONFLICT DO NOTHING
RETURNING id
