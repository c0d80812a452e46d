-- Can Stele's tables be read? Without a tenant no row is seen; a missing table or privilege is an error.
SELECT EXISTS (SELECT FROM memories)
