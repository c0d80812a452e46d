-- How many memories wait for their vector, and for how long the oldest has, in seconds.
SELECT count(*), coalesce(extract(epoch FROM now() - min(queued_at)), 0)::float8
FROM embedding_queue
