-- The two logins of the project; run by the database's superuser, as often as you like.
--   rcm_owner owns the database and migrates it.
--   rcm_app is what the programs use: no DDL, bound by row-level security; its grants come with the migrations.
-- Passwords are taken from the settings rcm.owner_password and rcm.app_password of the session.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rcm_owner') THEN
        CREATE ROLE rcm_owner;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rcm_app') THEN
        CREATE ROLE rcm_app;
    END IF;
    EXECUTE format(
        'ALTER ROLE rcm_owner LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS PASSWORD %L',
        current_setting('rcm.owner_password')
    );
    EXECUTE format(
        'ALTER ROLE rcm_app LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOBYPASSRLS PASSWORD %L',
        current_setting('rcm.app_password')
    );
END
$$;
