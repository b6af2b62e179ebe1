#!/bin/sh
# Run once by the database's image when its data is new: the two logins of rcm/embedded/roles.sql.
set -eu
export PGOPTIONS="-c rcm.owner_password=$RCM_OWNER_PASSWORD -c rcm.app_password=$RCM_APP_PASSWORD"
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -f /roles.sql \
    -c "ALTER DATABASE \"$POSTGRES_DB\" OWNER TO rcm_owner"
