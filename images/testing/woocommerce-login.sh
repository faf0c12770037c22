# One-click login of a store that is served for $host with the account "owner"; source it.
# shellcheck shell=bash disable=SC2016,SC2154 # checks are evaluated later; variables of the script that sources this

hex() { od -An -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }
# token SECONDS [KEY]: a login token that ends in so many seconds.
token_for() {
  php -r '[$_, $text, $key] = $argv; echo "$text.", hash_hmac("sha256", $text, $key);' "$(($(date +%s) + $1)).$(hex 16)" "${2:-$(cat $secrets/loginKey)}"
}
# login TOKEN [METHOD] [HEADER...]: the whole answer.
login() {
  local link=$1 method=${2:-GET}
  shift $(($# < 2 ? $# : 2))
  fetch "$method" "http://127.0.0.1:8080/storefleet/login?token=$link" "" "Host: $host" "$@"
}
cookies_of() { tr -d '\r' | sed -n 's/^set-cookie: *\([^;]*\);*.*/\1/Ip' | sort -u | paste -sd ';'; }
sql() { mariadb --skip-ssl -h 127.0.0.1 -u store "-p$(cat $secrets/databasePassword)" store -Ne "$1"; }

link=$(token_for 60)
answer=$(login "$link" HEAD)
check "store: login: HEAD does not use a link up" holds '! grep -qi "^set-cookie" <<<"$answer"' "$answer"
answer=$(login "$link")
check "store: login: a fresh link leads to the admin pages" holds '[ "$(head -1 <<<"$answer")" = 302 ] && grep -qi "^location: /wp-admin/" <<<"$answer"' "$answer"
check "store: login: nothing keeps the answer" holds 'grep -qi "^cache-control: no-store" <<<"$answer" && [ "$(grep -ci "^referrer-policy" <<<"$answer")" = 1 ] && grep -qi "^referrer-policy: no-referrer" <<<"$answer"' "$answer"
admin=$(cookies_of <<<"$answer")
page=$(fetch GET http://127.0.0.1:8080/wp-admin/ "" "Host: $host" "Cookie: $admin")
check "store: login: the cookie is the admin's" holds '[ "$(head -1 <<<"$page")" = 200 ] && grep -q "wp-admin-bar-my-account" <<<"$page"' "$(head -3 <<<"$page")"
answer=$(login "$link")
check "store: login: a link works once" holds '[ "$(head -1 <<<"$answer")" = 403 ] && grep -q "used or has expired" <<<"$answer" && ! grep -qi "^set-cookie" <<<"$answer"' "$answer"
check "store: login: the link is in no log" holds '! grep -qF "$link" /tmp/web.log'
for wrong in "$(token_for -1)" "$(token_for 400)" "$(token_for 60 other-key)" "$(token_for 60)0" "$(token_for 60 | tr a-f A-F)" "" x "1.2.3"; do
  check "store: login: refuses ${wrong:0:16}…" holds '[ "$(login "$wrong" | head -1)" = 403 ]'
done
check "store: login: refuses a list" holds '[ "$(fetch GET "http://127.0.0.1:8080/storefleet/login?token\[\]=x" "" "Host: $host" | head -1)" = 403 ]'

link=$(token_for 60)
for number in 1 2 3 4 5 6; do login "$link" >/tmp/together.$number & together[number]=$!; done
wait "${together[@]}"
check "store: login: of six requests at once one wins" holds '[ "$(head -qn1 /tmp/together.* | sort | uniq -c | tr -s " \n" " ")" = " 1 302 5 403 " ]' "$(head -qn1 /tmp/together.* | tr '\n' ' ')"
check "store: login: Secure cookies where TLS ends before the store" holds '[ "$(login "$(token_for 60)" GET "X-Forwarded-Proto: https" | grep -i "^set-cookie: wordpress_sec" | grep -c "; secure")" -gt 0 ]'

sql "INSERT INTO wp_options (option_name, option_value, autoload) VALUES ('storefleet_login_00', '100', 'off')"
login "$(token_for 60)" >/dev/null
check "store: login: what has expired is forgotten" holds '[ "$(sql "SELECT COUNT(*) FROM wp_options WHERE option_name = '"'storefleet_login_00'"'")" = 0 ]'
link=$(token_for 60)
mv $secrets/..data/loginKey $secrets/..data/loginKey.away
check "store: login: refused where the store has no key" holds '[ "$(login "$link" | head -1)" = 403 ]'
mv $secrets/..data/loginKey.away $secrets/..data/loginKey
id=$(sql "SELECT option_value FROM wp_options WHERE option_name = 'storefleet_admin_id'")
sql "UPDATE wp_users SET ID = ID + 1000 WHERE ID = $id"
check "store: login: refused when the admin account is gone" holds '[ "$(login "$link" | head -1)" = 403 ]'
sql "UPDATE wp_users SET ID = $id WHERE ID = $id + 1000"
check "store: login: a refused link was not used up" holds '[ "$(login "$link" | head -1)" = 302 ]'
