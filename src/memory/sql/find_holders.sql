-- What stands in the way of storing these texts: the memory of the scope that has the text already, and
-- the memory that has the id already. Answers: position, id, does it still hold (neither expired nor
-- ended), has it this very text.
-- $1 org, $2 project, $3 scopes, $4 hashes and $5 ids, one each a text, $6 now
SELECT w.ordinality, m.id, (m.expires_at IS NULL OR m.expires_at > $6)
                           AND (m.valid_until IS NULL OR m.valid_until > $6), true
FROM unnest($3::text[], $4::bytea[]) WITH ORDINALITY AS w (scope, hash, ordinality)
    JOIN memories m ON m.org_id = $1 AND m.project_id = $2 AND m.scope = w.scope
                       AND m.content_hash = w.hash AND m.superseded_by IS NULL
UNION ALL
SELECT w.ordinality, m.id, true, m.content_hash = w.hash
FROM unnest($5::uuid[], $4::bytea[]) WITH ORDINALITY AS w (id, hash, ordinality)
    JOIN memories m ON m.org_id = $1 AND m.project_id = $2 AND m.id = w.id
