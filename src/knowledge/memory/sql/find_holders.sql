-- What stands in the way of storing these texts: the memory of the scope that has the text already, and the memory that
-- has the id already. Answers: position, id, does it still hold (neither expired nor ended), has it this very text.
-- $1 org, $2 project, $3 scopes, $4 hashes and $5 ids, one each a text, $6 now
SELECT w.ordinality, m.id, (m.expires_at IS NULL OR m.expires_at > $6)
                           AND (m.valid_until IS NULL OR m.valid_until > $6), true
FROM unnest($3::text[], $4::bytea[]) WITH ORDINALITY AS w (scope, hash, ordinality)
    CROSS JOIN LATERAL (SELECT * FROM memories o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.scope = w.scope AND o.content_hash = w.hash
                            AND o.superseded_by IS NULL
                        LIMIT 1) m
UNION ALL
SELECT w.ordinality, m.id, true, m.content_hash = w.hash
FROM unnest($5::uuid[], $4::bytea[]) WITH ORDINALITY AS w (id, hash, ordinality)
    CROSS JOIN LATERAL (SELECT * FROM memories o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = w.id LIMIT 1) m
