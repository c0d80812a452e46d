-- Puts one memory into a tenant that is nobody's; status_unwrite takes it away in the same transaction.
-- $1 the memory's id.
INSERT INTO memories (org_id, project_id, id, scope, instance, type, category, source, trust, content,
                      content_hash, lexemes, tags, metadata, pinned, created_at, updated_at)
VALUES (stele_org(), stele_project(), $1, 'instance:write-check', 'write-check', 'note', 'fact',
        'write-check', 'system', 'write check', sha256($1::text::bytea), '{}/1000000000', '{}', '{}',
        false, now(), now())
