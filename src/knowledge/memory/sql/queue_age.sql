-- How many memories of all tenants wait for their vector, and for how long the oldest has, in seconds.
SELECT waiting, oldest FROM stele_embedding_backlog()
