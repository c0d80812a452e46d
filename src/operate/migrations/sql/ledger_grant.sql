-- The runtime role must be able to tell whether the schema is current; there is nothing secret here.
GRANT SELECT ON schema_migrations TO PUBLIC
