-- Tells whoever listens; nobody waits for the disk because of it. $1 channel, $2 words
SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, w) FROM unnest($2::text[]) AS w
