#!/bin/bash
# A real S3 server on loopback, for tests: Ceph RADOS Gateway over one monitor and one in-memory OSD.
#   apt-get install -y --no-install-recommends radosgw ceph-mon ceph-osd
#   rados-gateway.sh start DIR PORT     prints the endpoint and keys when it answers (about 15 s)
#   rados-gateway.sh stop DIR
set -euo pipefail
action=${1:?start or stop} dir=${2:?a folder} port=${3:-0}

stop() { for part in rgw osd mon; do [ -f "$dir/$part.pid" ] && kill "$(cat "$dir/$part.pid")" 2>/dev/null || true; done; }
if [ "$action" = stop ]; then stop; exit 0; fi

rm -rf "$dir"; mkdir -p "$dir"/{mon,osd,rgw,log,run}
dir=$(cd "$dir" && pwd) id=$(cat /proc/sys/kernel/random/uuid) osd=$(cat /proc/sys/kernel/random/uuid)
cat > "$dir/ceph.conf" <<CONF
[global]
fsid = $id
mon host = [v1:127.0.0.1:$((port - 691))/0]
mon initial members = a
ms bind msgr2 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv4 = true
ms bind ipv6 = false
ms bind port min = $((port - 680))
ms bind port max = $((port - 580))
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 2000
run dir = $dir/run
log file = $dir/log/\$name.log
admin socket = $dir/run/\$name.\$pid.asok
pid file =
[mon]
mon data = $dir/mon
mon warn on pool no redundancy = false
mon data avail crit = 1
mon data avail warn = 2
[osd]
osd data = $dir/osd
osd objectstore = memstore
memstore device bytes = 1073741824
osd max object name len = 256
osd class dir = /usr/lib/x86_64-linux-gnu/rados-classes
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:$port
rgw data = $dir/rgw
rgw thread pool size = 16
rgw dns name =
CONF
conf=$dir/ceph.conf
ceph-authtool --create-keyring "$dir/keyring" --gen-key -n mon. --cap mon 'allow *' >/dev/null
monmaptool --create --fsid "$id" --addv a "[v1:127.0.0.1:$((port - 691))]" "$dir/monmap" >/dev/null
ceph-mon -c "$conf" --mkfs -i a --monmap "$dir/monmap" --keyring "$dir/keyring"
ceph-mon -c "$conf" -i a -f >"$dir/log/mon.out" 2>&1 & echo $! >"$dir/mon.pid"
ceph -c "$conf" --connect-timeout 20 osd new "$osd" >/dev/null
ceph-osd -c "$conf" -i 0 --mkfs --osd-uuid "$osd" >"$dir/log/mkfs.out" 2>&1
ceph -c "$conf" osd crush add 0 1.0 host=h root=default >/dev/null 2>&1
ceph-osd -c "$conf" -i 0 -f >"$dir/log/osd.out" 2>&1 & echo $! >"$dir/osd.pid"
up=no
for _ in $(seq 100); do ceph -c "$conf" osd stat 2>/dev/null | grep -q '1 up' && up=yes && break; kill -0 "$(cat "$dir/osd.pid")" 2>/dev/null || break; sleep .2; done
[ $up = yes ] || { stop; echo "the OSD did not come up; see $dir/log" >&2; exit 1; }
timeout 60 radosgw-admin -c "$conf" -n client.rgw user create --uid=test --display-name=test --access-key=AKTEST --secret-key=SKTEST >"$dir/log/user.out" 2>&1
radosgw -c "$conf" -n client.rgw -f >"$dir/log/rgw.out" 2>&1 & echo $! >"$dir/rgw.pid"
for _ in $(seq 150); do curl -s -o /dev/null "http://127.0.0.1:$port/" && { echo "http://127.0.0.1:$port AKTEST SKTEST"; exit 0; }; sleep .2; done
stop; echo "no answer; see $dir/log" >&2; exit 1
