-- Vectors for everything of one series (:series) that has none: one of 1,000 random ones each.
CREATE TEMP TABLE samples AS
SELECT n, (SELECT l2_normalize(array_agg(random() - 0.5)::vector(384))::halfvec FROM generate_series(1, 384) WHERE n >= 0) AS v
FROM generate_series(0, 999) n;
CREATE INDEX ON samples (n);
INSERT INTO chat_vectors (org_id, project_id, message_id, part, model, embedding)
SELECT m.org_id, m.project_id, m.id, p, (SELECT id FROM embedding_models WHERE active), s.v
FROM chat_messages m
    CROSS JOIN generate_series(0, 1) p
    JOIN samples s ON s.n = abs(hashtext(m.id::text || p)) % 1000
WHERE m.org_id::text LIKE lpad(:'series', 4, '0') || '%'
ON CONFLICT DO NOTHING;
INSERT INTO memory_vectors (org_id, project_id, memory_id, model, embedding)
SELECT m.org_id, m.project_id, m.id, (SELECT id FROM embedding_models WHERE active), s.v
FROM memories m
    JOIN samples s ON s.n = abs(hashtext(m.id::text)) % 1000
WHERE m.org_id::text LIKE lpad(:'series', 4, '0') || '%'
ON CONFLICT DO NOTHING;
DELETE FROM chat_work;
VACUUM ANALYZE chat_vectors;
VACUUM ANALYZE memory_vectors;
VACUUM ANALYZE chat_messages;
VACUUM ANALYZE memories;
