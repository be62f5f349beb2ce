# Sourced by the other scripts: processes by the file of their number. DIR, BIN are set by who sources it.
start() { # NAME COMMAND... : number in DIR/pid/NAME.pid, output in DIR/log/NAME.log
  local name=$1
  shift
  setsid nohup "$@" > "$DIR/log/$name.log" 2>&1 < /dev/null &
  echo $! > "$DIR/pid/$name.pid"
}
alive() { # a number that was given to another program since does not count, nor does a zombie
  [ -s "$DIR/pid/$1.pid" ] || return 1
  local pid
  pid=$(cat "$DIR/pid/$1.pid")
  grep -qs '^State:' "/proc/$pid/status" && ! grep -q '^State:.Z' "/proc/$pid/status" &&
    tr '\0' ' ' < "/proc/$pid/cmdline" | grep -q "${1%%.*}"
}
must_live() {
  alive "$1" || { echo "$1 died:" >&2; tail -5 "$DIR/log/$1.log" >&2; exit 1; }
}
stop() { # NAME: a stopped process goes on, TERM, after 5 s KILL
  if alive "$1"; then
    kill -CONT "$(cat "$DIR/pid/$1.pid")"; kill "$(cat "$DIR/pid/$1.pid")"
    for _ in $(seq 50); do alive "$1" || break; sleep 0.1; done
    alive "$1" && kill -9 "$(cat "$DIR/pid/$1.pid")"
  fi
  rm -f "$DIR/pid/$1.pid"
}
