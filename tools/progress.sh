# What a script shows while it works: one clock for it and all that it starts, the plan, which part of it is being done,
# and a sign at least every ten seconds. lib.sh sources it; do not run it.
# shellcheck shell=bash

# When the script began that somebody started; the scripts that it starts go on with its clock.
export STOREFLEET_STARTED="${STOREFLEET_STARTED:-$EPOCHSECONDS}"
# The parts of the plan, one a line: KEY SECONDS TITLE. The part that is being done, and since when.
export STOREFLEET_PLAN="${STOREFLEET_PLAN:-}" STOREFLEET_PART="${STOREFLEET_PART:-}" STOREFLEET_PART_BEGAN="${STOREFLEET_PART_BEGAN:-0}"
# How long what was done here took: a file a name, with the seconds.
TIMES="$STOREFLEET_CACHE/times"
# Seconds between two signs where they are lines of their own; on a terminal one line is rewritten every second.
SIGN_EVERY=8
# When the last sign was given, whoever of a script and what it starts gave it.
export STOREFLEET_SIGN="${STOREFLEET_SIGN:-$STOREFLEET_CACHE/signs/${0##*/}}"
# What takes less had nothing to do, and says nothing about how long it takes to do it.
LEAST_WORK=5

# say TEXT...: one line of progress, e.g. "[  12s] building the cluster".
say() {
  [ ! -t 2 ] || printf '\r\033[K' >&2
  printf '[%4ds] %s\n' "$((EPOCHSECONDS - STOREFLEET_STARTED))" "$*" >&2
  note_sign
}

# note_sign: one was given just now.
note_sign() { { echo "$EPOCHSECONDS" >"$STOREFLEET_SIGN"; } 2>/dev/null || true; }

# sign_is_due SECONDS: whether the last one is that old.
sign_is_due() {
  local last=""
  read -r last 2>/dev/null <"$STOREFLEET_SIGN" || true
  [[ $last =~ ^[0-9]{1,12}$ && $last -ge $STOREFLEET_STARTED ]] || last=$STOREFLEET_STARTED
  [ $((EPOCHSECONDS - last)) -ge "$1" ]
}

# minutes SECONDS: for people.
minutes() { if [ "$1" -lt 60 ]; then echo "under a minute"; else echo "$((($1 + 30) / 60)) min"; fi; }

# remember NAME SECONDS: how long something took that was really done.
remember() {
  [ "$2" -ge "$LEAST_WORK" ] || return 0
  mkdir -p "$TIMES"
  echo "$2" >"$TIMES/$1"
}

# recall NAME SECONDS: how long it took here the last time; SECONDS where it was never done.
recall() {
  local seconds=""
  [ ! -r "$TIMES/$1" ] || read -r seconds <"$TIMES/$1" || true
  [[ $seconds =~ ^[0-9]{1,6}$ ]] || seconds=$2
  echo "$seconds"
}

# plan PART...: says what will be done, in order, and how long it will take. A PART is "KEY SECONDS TITLE" with the
# seconds on two processors, which count until an earlier run here has left its own; a few seconds say that there is
# most likely nothing to do.
plan() {
  local entry key seconds title total=0 number=0
  STOREFLEET_PLAN=""
  for entry in "$@"; do
    read -r key seconds title <<<"$entry"
    [ "$seconds" -lt "$LEAST_WORK" ] || seconds=$(recall "part-$key" "$seconds")
    STOREFLEET_PLAN+="$key $seconds $title"$'\n'
    total=$((total + seconds))
  done
  say "the plan: $# parts, $(minutes "$total"); what they print goes to $STOREFLEET_CACHE/logs"
  while read -r key seconds title; do
    number=$((number + 1))
    say "  $number. $title: $(minutes "$seconds")"
  done <<<"${STOREFLEET_PLAN%$'\n'}"
}

# find_part KEY: false where the plan has none; else sets PART_PLACE ("part 2 of 7"), PART_SECONDS and SECONDS_AFTER, the
# seconds that the parts after it take.
find_part() {
  local key seconds title number=0 count=0
  PART_PLACE="" PART_SECONDS=0 SECONDS_AFTER=0
  while read -r key seconds title; do
    [ -n "$key" ] || continue
    count=$((count + 1))
    if [ "$number" -gt 0 ]; then
      SECONDS_AFTER=$((SECONDS_AFTER + seconds))
    elif [ "$key" = "$1" ]; then
      number=$count PART_SECONDS=$seconds
    fi
  done <<<"$STOREFLEET_PLAN"
  [ "$number" -gt 0 ] || return 1
  PART_PLACE="part $number of $count"
}

# part KEY TITLE COMMAND...: does one part. Where no plan has it, it is a step of the part that is being done.
part() {
  local key=$1 title=$2 began=$EPOCHSECONDS script=$BASHPID signs
  local -x STOREFLEET_PART=$STOREFLEET_PART STOREFLEET_PART_BEGAN=$STOREFLEET_PART_BEGAN
  shift 2
  if find_part "$key"; then
    STOREFLEET_PART=$key STOREFLEET_PART_BEGAN=$began
    say "$PART_PLACE: $title"
  else
    say "$title"
  fi
  # It steps in where nothing that the part is made of has said anything. What fails ends the script, and so the signs.
  show_signs "$script" $((SIGN_EVERY + 1)) "$title" "" >/dev/null &
  signs=$!
  "$@"
  end_signs "$signs"
  remember "part-$key" $((EPOCHSECONDS - began))
}

# how_far LOG: what the end of a log tells: files of ninja, packages of go build -v, else its last line.
how_far() {
  local last
  last=$(tail -n 1 -- "$1" 2>/dev/null | LC_ALL=C tr -cd '[:print:]' || true)
  if [[ $last =~ ^\[([0-9]+)/([0-9]+)\] ]]; then
    echo "${BASH_REMATCH[1]} of ${BASH_REMATCH[2]} files"
  elif [[ $last =~ ^[a-z0-9.-]+(/[A-Za-z0-9._~-]+)+$ ]]; then
    echo "$(wc -l <"$1") packages, $last"
  else
    echo "$last"
  fi
}

# time_left BEGAN EXPECTED: in the plan where there is one, else of a command that began then and took EXPECTED before.
time_left() {
  local began=$1 expected=$2 left
  SECONDS_AFTER=0
  if find_part "$STOREFLEET_PART"; then began=$STOREFLEET_PART_BEGAN expected=$PART_SECONDS; fi
  left=$((began + expected - EPOCHSECONDS))
  if [ "$expected" = 0 ] && [ "$SECONDS_AFTER" = 0 ]; then
    echo ""
  elif [ "$left" -lt 0 ]; then
    echo "; longer than before, then $(minutes "$SECONDS_AFTER")"
  else
    echo "; $(minutes $((left + SECONDS_AFTER))) left"
  fi
}

# show_signs SCRIPT EVERY NAME LOG: while the process SCRIPT lives and nobody ends this, says how far NAME is where no
# sign was given for EVERY seconds.
show_signs() {
  local script=$1 every=$2 name=$3 log=$4 began=$EPOCHSECONDS expected text far
  trap - EXIT
  expected=$(recall "log-$name" 0)
  # The sleeping process holds nothing open that somebody may wait for.
  while sleep 1 >/dev/null 2>&1 && kill -0 "$script" 2>/dev/null; do
    sign_is_due "$every" || continue
    far=$([ -z "$log" ] || how_far "$log")
    text="$name${far:+: ${far:0:70}}$(time_left "$began" "$expected")"
    if find_part "$STOREFLEET_PART"; then text="$PART_PLACE, $text"; fi
    if [ "$every" = 1 ]; then
      text=$(printf '[%4ds] %s' "$((EPOCHSECONDS - STOREFLEET_STARTED))" "$text")
      printf '\r\033[K%s' "${text:0:$(terminal_width)}" >&2
      note_sign
    else
      say "  $text"
    fi
  done
}

# terminal_width: so that the line that is rewritten stays one.
terminal_width() {
  local size
  size=$(stty size <&2 2>/dev/null || echo "24 80")
  size=${size#* }
  [[ $size =~ ^[1-9][0-9]*$ ]] || size=80
  echo $((size - 1))
}

# with_signs NAME LOG COMMAND...: runs it as it is, with signs of its life; LOG may be empty.
with_signs() {
  local every=$SIGN_EVERY name=$1 log=$2 script=$BASHPID status=0 signs
  shift 2
  [ ! -t 2 ] || every=1
  show_signs "$script" "$every" "$name" "$log" >/dev/null &
  signs=$!
  "$@" || status=$?
  end_signs "$signs"
  [ ! -t 2 ] || printf '\r\033[K' >&2
  return "$status"
}

end_signs() {
  kill "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}

# run_logged LOG COMMAND...: runs it with its output in LOG; shows the end of LOG if it fails.
run_logged() {
  local log=$1 name began=$EPOCHSECONDS
  shift
  name=$(basename "$log" .log)
  mkdir -p "$(dirname "$log")"
  : >"$log"
  if ! with_signs "$name" "$log" into_log "$log" "$@"; then
    tail -n 40 "$log" >&2
    die "'$*' failed" "The whole output is in $log."
  fi
  remember "log-$name" $((EPOCHSECONDS - began))
}
into_log() { "${@:2}" >"$1" 2>&1 </dev/null; }
