#!/bin/sh
# Everything of the deployment guide on one machine, with real processes: PostgreSQL 15 on a "host" of its own (a network namespace,
# whose line can be cut), PgBouncer by the transaction, two "hosts" with the program (instance folders), shared files, nginx with TLS.
# Debian: apt-get install postgresql-15 pgbouncer nginx-light iproute2. Run as root from the checkout. Leaves nothing behind.
set -eu
cd "$(dirname -- "$0")/../.."
for need in /usr/lib/postgresql/15/bin/postgres pgbouncer nginx openssl curl psql ip; do
    command -v "$need" >/dev/null || { echo "没有 $need，跳过"; exit 0; }
done
work=$(mktemp -d); chmod 755 "$work"; pids=
stop() { ip netns del guike-try 2>/dev/null || true; for pid in $pids; do kill "$pid" 2>/dev/null || true; done; wait 2>/dev/null || true; rm -rf "$work"; }
trap stop EXIT INT TERM
as() { exec setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups "$@"; }  # in a subshell: its number is then that of the program
bin=/usr/lib/postgresql/15/bin
db=10.213.77.2

ip netns add guike-try
ip link add guike-try0 type veth peer name guike-try1 netns guike-try
ip addr add 10.213.77.1/30 dev guike-try0; ip link set guike-try0 up
ip -n guike-try addr add $db/30 dev guike-try1; ip -n guike-try link set guike-try1 up
# what the database sends gets lost, as when its machine lost power: nobody is told
cut() { ip -n guike-try route add blackhole 10.213.77.1/32; }
mend() { ip -n guike-try route del blackhole 10.213.77.1/32; }

mkdir "$work/pg" "$work/files" "$work/tls"; chown nobody "$work/pg"
(as $bin/initdb -D "$work/pg/data" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null)
echo "host all all 10.213.77.0/30 trust" >>"$work/pg/data/pg_hba.conf"
start_database() {
    ip netns exec guike-try setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups \
        $bin/postgres -D "$work/pg/data" -p 5915 -c listen_addresses=$db -c unix_socket_directories="$work/pg" >>"$work/pg/log" 2>&1 & database=$!
    for _ in 1 2 3 4 5 6 7 8 9 10; do $bin/pg_isready -q -h $db -p 5915 && break; sleep 1; done
}
start_database; pids="$pids $database"
psql -q -h $db -p 5915 -U postgres -c "CREATE ROLE guike LOGIN" -c "CREATE DATABASE guike OWNER guike"

# the guide's own file, with this machine's ports
sed -e "s/host=127.0.0.1 port=5432/host=$db port=5915/" -e "s/^auth_type.*/auth_type = any/" -e "/^auth_file/d" -e "s/^listen_port.*/listen_port = 5916/" \
    -e "s/dbname=guike/dbname=guike user=guike/" -e "/^listen_addr/a unix_socket_dir =" docs/deploy/pgbouncer.ini >"$work/pgbouncer.ini"
chmod 644 "$work/pgbouncer.ini"
as pgbouncer "$work/pgbouncer.ini" >"$work/pgbouncer.log" 2>&1 & pids="$pids $!"

export DATABASE_URL=postgres://guike@127.0.0.1:5916/guike GUIKE_DB_POOLER=1 GUIKE_DIRECT_URL=postgres://guike@$db:5915/guike
export GUIKE_SECRET_KEY=only-for-this-trial GUIKE_FILES="$work/files" GUIKE_HOSTS=crm.example.com,127.0.0.1,localhost
export GUIKE_ORIGINS=https://crm.example.com GUIKE_HTTPS=1 GUIKE_PROXIES=127.0.0.1 GUIKE_WEB_PROCESSES=2 GUIKE_WORKER_PROCESSES=1
./guike up --home "$work/host1" --port 5921 2>"$work/host1.log" & pids="$pids $!"
./guike up --home "$work/host2" --port 5922 2>"$work/host2.log" & pids="$pids $!"

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=crm.example.com -keyout "$work/tls/privkey.pem" -out "$work/tls/fullchain.pem" 2>/dev/null
sed -e "s#/etc/guike/tls#$work/tls#" -e "s/listen 80;/listen 5980;/" -e "s/listen 443/listen 5943/" -e "s/127.0.0.1:8000/127.0.0.1:5921/" \
    -e "s/#server 10.0.0.12:8000/server 127.0.0.1:5922/" docs/deploy/nginx.conf >"$work/guike.conf"
printf 'pid %s/nginx.pid; error_log %s/nginx.log; events {} http { access_log off; include %s/guike.conf; }\n' "$work" "$work" "$work" >"$work/nginx.conf"
nginx -t -c "$work/nginx.conf"
nginx -c "$work/nginx.conf" -g "daemon off;" & pids="$pids $!"

waited=0
until curl -fs -o /dev/null http://127.0.0.1:5921/healthz && curl -fs -o /dev/null http://127.0.0.1:5922/healthz; do
    sleep 2; waited=$((waited + 2)); [ $waited -lt 600 ] || { cat "$work"/host*.log; exit 1; }
done
ask() { curl -sk -o /dev/null -w '%{http_code}' --resolve crm.example.com:5943:127.0.0.1 "https://crm.example.com:5943$1"; }
say() { printf '%-60s %s\n' "$1" "$2"; [ "$2" = "$3" ] || { echo "应为 $3"; exit 1; }; }
say "登录页，经 nginx 和连接池" "$(ask /login/)" 200
say "/metrics 不对外" "$(ask /metrics)" 404
ready() { echo "$(curl -s http://127.0.0.1:5921/readyz | grep -c '"ready": true')$(curl -s http://127.0.0.1:5922/readyz | grep -c '"ready": true')"; }
for _ in $(seq 60); do [ "$(ready)" = 11 ] && break; sleep 1; done
say "两台都就绪" "$(ready)" 11
workers() { psql -At -h $db -p 5915 -U guike -c "SELECT count(*) FROM procrastinate_workers"; }
for _ in $(seq 60); do [ "$(workers)" = 2 ] && break; sleep 1; done
say "后台任务进程" "$(workers)" 2
# a job deferred through the pooler is heard past it at once, long before the worker would look by itself
PYTHONPATH=src DJANGO_SETTINGS_MODULE=guike.wiring.settings GUIKE_HOME="$work/host1" .venv/bin/python -W ignore -c '
import django, time; django.setup()
from guike.platform.operations import services
from guike.platform.access import SYSTEM
from guike.platform.models import JobRun
run, begun = services.ask_backup(actor=SYSTEM), time.monotonic()
while JobRun.objects.get(pk=run.pk).state == "waiting" and time.monotonic() - begun < 25: time.sleep(0.2)
heard = time.monotonic() - begun
while JobRun.objects.get(pk=run.pk).state in ("waiting", "running"): time.sleep(0.5)
print(f"任务 {heard:.1f} 秒后开始，结果：{JobRun.objects.get(pk=run.pk).state}")
assert heard < 20 and JobRun.objects.get(pk=run.pk).state == "done"
'
# --- the database is restarted, then its machine vanishes
until_is() {  # TEXT STATUS SECONDS: a page that asks the database answers so within so many seconds
    begun=$(date +%s)
    until [ "$(ask /healthz)" = "$2" ]; do [ $(($(date +%s) - begun)) -lt "$3" ] || { say "$1" "$(ask /healthz)" "$2"; }; sleep 0.2; done
    say "$1，$(($(date +%s) - begun)) 秒" "$2" "$2"
}
kill -9 $database; until_is "数据库被杀，页面说稍等" 503 15
sleep 1; start_database; pids="$pids $database"
until_is "数据库回来，页面回来" 200 15
cut; until_is "数据库主机没声没息，页面说稍等" 503 45
mend; until_is "线接上，页面回来" 200 20
begun=$(date +%s)
beating() { psql -At -h $db -p 5915 -U guike -c "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '12 s'"; }
until [ "$(beating)" = 2 ] || [ $(($(date +%s) - begun)) -gt 60 ]; do sleep 0.5; done
say "后台任务进程都回来了，$(($(date +%s) - begun)) 秒" "$(beating)" 2

kill "$(echo "$pids" | awk '{print $3}')"   # one host goes away
sleep 4
for _ in 1 2 3 4 5 6; do say "一台主机停了，登录页仍在" "$(ask /login/)" 200; done
echo 都好
