-- Who owns Stele's tables, the schema that is worked in, and the database. $1 the tables' names
SELECT (SELECT min(pg_get_userbyid(c.relowner)::text) FROM pg_class c
        WHERE c.relnamespace = quote_ident(current_schema())::regnamespace AND c.relname = ANY ($1)
          AND c.relname <> 'schema_migrations'),
       current_schema()::text, current_database()::text
