-- The words of messages that were split anew. All pairs stand in one array; $7 and $8 say which are a message's.
-- $1 org, $2 project, $3 messages, $4 lexemes, $5 words, $6 pairs, $7 the first of each, $8 the last
UPDATE chat_messages m
SET lexemes = n.lexemes, words = n.words, pairs = ($6::int[])[n.first_pair:n.last_pair]
FROM unnest($3::uuid[], $4::sparsevec[], $5::int[], $7::int[], $8::int[])
     AS n (id, lexemes, words, first_pair, last_pair)
WHERE m.org_id = $1 AND m.project_id = $2 AND m.id = n.id
