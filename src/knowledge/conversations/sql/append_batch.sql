-- Many messages in one statement, at places that the caller gave them while it held their threads.
-- $1 org, $2 project, then one array a column. All pairs stand in one array, for PostgreSQL has no arrays of
-- arrays of different lengths: $21 and $22 say which are a message's.
INSERT INTO chat_messages (org_id, project_id, id, thread_id, seq, speaker, kind, channel, content,
                           content_hash, dedup_key, job_id, scope, instance, metadata, retention,
                           lexemes, words, pairs, created_at)
SELECT $1, $2, n.id, n.thread, n.seq, n.speaker, n.kind, n.channel, n.content, n.hash, n.dedup, n.job,
       n.scope, n.instance, n.metadata, n.retention, n.lexemes, n.words,
       ($20::int[])[n.first_pair:n.last_pair], n.at
FROM unnest($3::uuid[], $4::uuid[], $5::int[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::bytea[], $11::text[], $12::text[], $13::text[], $14::text[], $15::jsonb[], $16::text[],
            $17::sparsevec[], $18::int[], $19::timestamptz[], $21::int[], $22::int[])
     AS n (id, thread, seq, speaker, kind, channel, content, hash, dedup, job, scope, instance, metadata,
           retention, lexemes, words, at, first_pair, last_pair)
