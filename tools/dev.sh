#!/usr/bin/env bash
# Fills a local database with the sample price lists and exchange rates, says what to try, serves, and runs a worker.
# `make dev` calls it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

host=${HOST:-127.0.0.1}
port=${PORT:-8080}
export COPRRA_DATABASE_URL=${COPRRA_DATABASE_URL:-sqlite:///$PWD/var/coprra.sqlite}
# The sample is of the end of 2025; by today its prices are too old to be compared.
as_of=2025-12-30
red_bull=9002490100070

mkdir -p var
# Keys of its own, which seal what is secret in the database; letters go into a folder.
export COPRRA_APP_KEYS_FILE=${COPRRA_APP_KEYS_FILE:-$PWD/var/app_keys}
export COPRRA_MAIL_URL=${COPRRA_MAIL_URL:-file://$PWD/var/mail}
export COPRRA_MAIL_FROM=${COPRRA_MAIL_FROM:-coprra@localhost}
export COPRRA_INSECURE_COOKIES=${COPRRA_INSECURE_COOKIES:-1}
# Where links in letters lead; without TLS that can be this machine only.
case $host in
    127.* | localhost) home=http://$host:$port ;;
    *) home=http://127.0.0.1:$port ;;
esac
export COPRRA_PUBLIC_BASE_URL=${COPRRA_PUBLIC_BASE_URL:-$home}
if [[ ! -e $COPRRA_APP_KEYS_FILE ]]; then
    (umask 077 && coprra keys make > "$COPRRA_APP_KEYS_FILE.new" && mv "$COPRRA_APP_KEYS_FILE.new" "$COPRRA_APP_KEYS_FILE")
fi
coprra db upgrade
coprra feeds import sample/hr_pricelists/*_20*
coprra feeds import sample/price_history/*.json.gz
coprra fx import sample/fx/ecb_eurofxref_2023on.csv

# A worker that ends with the server, which takes this shell's place below.
(
    coprra worker > var/worker.log &
    while kill -0 $$ 2> /dev/null; do sleep 1; done
    kill $!
) &

cat <<EOF

The sample is of the end of 2025. By today's clock all its prices are stale, and coprra says so; therefore it is served
as of $as_of.

People find pages at $COPRRA_PUBLIC_BASE_URL/

Try in another terminal:

  what the stores ask for a can of Red Bull, in which order, and why:
    curl -s 'http://$host:$port/api/v1/products/$red_bull/offers' | python3 -m json.tool --no-ensure-ascii
  the same in dollars, by the rates of that day:
    curl -s 'http://$host:$port/api/v1/products/$red_bull/offers?currency=USD' | python3 -m json.tool --no-ensure-ascii
  what dm asked for fruit purée in Austria and Germany, over a year:
    curl -s 'http://$host:$port/api/v1/products/4066447236026/history?as_of=2024-02-15' | python3 -m json.tool
  what else can be compared:
    curl -s 'http://$host:$port/api/v1/products?q=milka' | python3 -m json.tool --no-ensure-ascii
  the same at the command line:
    COPRRA_DATABASE_URL='$COPRRA_DATABASE_URL' \\
      '$(command -v coprra)' prices compare $red_bull --as-of $as_of

Make an account:
    http://$host:$port/sign-up
The letter with the link lies in var/mail; var/worker.log names it.

EOF
exec coprra serve --host "$host" --port "$port" --as-of "$as_of"
