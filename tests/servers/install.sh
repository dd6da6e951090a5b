#!/bin/sh
# Installs what the servers need, as root on Debian 12 with Node 20 or newer; seconds when all is there.
# npm's part goes to ${SCHOOL_AUDIT_SERVERS:-${XDG_CACHE_HOME:-$HOME/.cache}/school-audit-servers}.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=${SCHOOL_AUDIT_SERVERS:-${XDG_CACHE_HOME:-$HOME/.cache}/school-audit-servers}
packages='g++ make mediawiki ngircd php-cli php-gd php-mbstring php-sqlite3 php-xml postgresql shaarli wordpress'
misago=misago==0.39.4 # a forum, with what it needs, in an environment of its own
synapse=matrix-synapse==1.163.2 # a Matrix homeserver, likewise
playground=@wp-playground/cli@3.1.56 # holds WordPress's SQLite driver as a zip; the package itself is not installed

fail() { echo "install.sh: $*" >&2; exit 1; }

command -v node >/dev/null && command -v npm >/dev/null || fail 'Node 20 or newer with npm is missing'
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || fail "Node 20 or newer is needed, not $(node --version)"
command -v python3 >/dev/null || fail 'python3 is missing'

missing=$(for name in $packages; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || echo "$name"
done)
if [ -n "$missing" ]; then
    [ "$(id -u)" = 0 ] || fail "needs root to install:" $missing
    # The tests start programs of their own: a policy of 101 keeps Debian from starting its services now.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        trap 'rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q
    apt-get install -q -y --no-install-recommends $missing
fi

mkdir -p "$cache"
cd "$cache"
if ! cmp -s "$here/package-lock.json" package-lock.json || [ ! -e npm-installed ]; then
    rm -f npm-installed
    cp "$here/package.json" "$here/package-lock.json" .
    # better-sqlite3 is compiled where no ready one fits: with the headers beside this Node where there are any, instead of a download.
    prefix=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
    if [ -z "${npm_config_nodedir:-}" ] && [ -e "$prefix/include/node/node.h" ]; then
        export npm_config_nodedir="$prefix"
    fi
    npm ci --no-audit --no-fund --loglevel=error || fail 'npm could not install @atproto/dev-env'
    touch npm-installed
fi

if [ ! -e sqlite-database-integration/load.php ]; then
    rm -rf unpacked && mkdir unpacked
    tarball=$(npm pack --silent --pack-destination unpacked "$playground") || fail "npm could not fetch $playground"
    tar -xzf "unpacked/$tarball" -C unpacked package/sqlite-database-integration.zip
    python3 -m zipfile -e unpacked/package/sqlite-database-integration.zip unpacked
    # This driver is for WordPress 6.2 and newer, where its parent class declares this property protected.
    sed -i 's/private \$allow_unsafe_unquoted_parameters/protected $allow_unsafe_unquoted_parameters/' \
        unpacked/plugin-sqlite-database-integration/wp-includes/sqlite/class-wp-sqlite-db.php
    mv unpacked/plugin-sqlite-database-integration sqlite-database-integration
    rm -rf unpacked
fi

if [ ! -e misago/misago-installed ]; then
    rm -rf misago
    python3 -m venv misago || fail 'python3 cannot make environments: its venv is missing'
    misago/bin/pip install --quiet --disable-pip-version-check "$misago" || fail "pip could not install $misago"
    touch misago/misago-installed
fi

if [ ! -e "matrix/$synapse-installed" ]; then
    rm -rf matrix
    python3 -m venv matrix || fail 'python3 cannot make environments: its venv is missing'
    matrix/bin/pip install --quiet --disable-pip-version-check "$synapse" || fail "pip could not install $synapse"
    touch "matrix/$synapse-installed"
fi

echo "servers are installed; npm's part is in $cache"
