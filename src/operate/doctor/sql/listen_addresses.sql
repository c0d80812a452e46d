-- Where the server listens.
SELECT current_setting('listen_addresses')
