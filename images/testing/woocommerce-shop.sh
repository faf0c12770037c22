# What shoppers and the merchant see of a store that is served for $host; $admin holds the admin's cookies. Source it.
# shellcheck shell=bash disable=SC2016,SC2154 # checks are evaluated later; variables of the script that sources this

get() {
  local path=$1
  shift
  fetch GET "http://127.0.0.1:8080$path" "" "Host: $host" "$@"
}
cache_state() { sed -n 's/^x-store-cache: *//Ip' | tr -d '\r'; }
sells=$(grep -c '^woocommerce' /usr/share/store/engines)
nonce=$(get '/wp-admin/admin-ajax.php?action=rest-nonce' "Cookie: $admin" | tail -1)
as_admin=("Cookie: $admin" "X-WP-Nonce: $nonce" "Content-Type: application/json")

# ---- the order test of the engines that the image runs
sessions() { sql "SELECT SUM(LENGTH(meta_value) - LENGTH(REPLACE(meta_value, 'expiration', ''))) FROM wp_usermeta WHERE meta_key = 'session_tokens'"; }
before=$(sessions)
while read -r engine; do
  php /testing/steps.php "/testing/engine-$engine.json" http://127.0.0.1:8080 "$host" "loginPath=/storefleet/login?token=$(token_for 60)" adminEmail=owner@demo.test
done </usr/share/store/engines
check "store: order test: leaves no session of the admin" holds '[ "$(sessions)" = "$before" ]' "$(sessions) instead of $before"

# ---- read-only code
page=$(get /wp-admin/plugins.php "Cookie: $admin")
check "store: the plugins page says where plugins come from" holds 'grep -q "part of this store" <<<"$page" && ! grep -qE "plugin-install.php|update-nag|update-message" <<<"$page"' "$(grep -oE '.{40}(plugin-install.php|update-nag|update-message).{20}' <<<"$page" | head -2)"
for path in plugin-install.php theme-install.php update-core.php plugin-editor.php theme-editor.php; do
  page=$(get "/wp-admin/$path" "Cookie: $admin")
  check "store: $path is refused with the reason" holds '[ "$(head -1 <<<"$page")" = 403 ] && grep -q "part of this store" <<<"$page"' "$(head -1 <<<"$page")"
done
check "store: no update is looked for" holds '[ "$(sql "SELECT COUNT(*) FROM wp_options WHERE option_name LIKE '"'\\\\_site\\\\_transient\\\\_update%'"'")" = 0 ] && [ "$(sql "SELECT option_value LIKE '"'%wp_version_check%'"' FROM wp_options WHERE option_name = '"'cron'"'")" = 0 ]'

# ---- pages
if [ "$sells" = 1 ]; then
  for path in /shop/ /cart/ /my-account/ /product/stoneware-mug/; do
    check "store: $path is there" holds '[ "$(get "$path" | head -1)" = 200 ]'
  done
  answer=$(get /wp-json/wc/store/v1/cart)
  cart=$(sed -n 's/^cart-token: *//Ip' <<<"$answer" | tr -d '\r')
  product=$(get '/wp-json/wc/store/v1/products?slug=stoneware-mug' | grep -o '"id":[0-9]*' | head -1 | cut -d: -f2)
  shopper=("Host: $host" "Content-Type: application/json" "Cart-Token: $cart")
  fetch POST http://127.0.0.1:8080/wp-json/wc/store/v1/cart/add-item "{\"id\":$product,\"quantity\":1}" "${shopper[@]}" >/dev/null
  answer=$(fetch POST http://127.0.0.1:8080/wp-json/wc/store/v1/cart/update-customer '{"shipping_address":{"country":"DE","state":"DE-BE","postcode":"10115","city":"Berlin"}}' "${shopper[@]}")
  check "store: one mug ships by flat rate and is paid in cash" holds 'grep -q "\"cod\"" <<<"$answer" && grep -q flat_rate <<<"$answer" && ! grep -q free_shipping <<<"$answer"' "$answer"
  answer=$(fetch POST http://127.0.0.1:8080/wp-json/wc/store/v1/cart/add-item "{\"id\":$product,\"quantity\":5}" "${shopper[@]}")
  check "store: six mugs ship for free too" holds 'grep -q flat_rate <<<"$answer" && grep -q free_shipping <<<"$answer"' "$answer"
  check "store: orders have tables of their own" holds '[ "$(sql "SELECT option_value FROM wp_options WHERE option_name = '"'woocommerce_custom_orders_table_enabled'"'")" = yes ]'
  check "store: nothing of the build is in the books" holds '[ "$(sql "SELECT (SELECT COUNT(*) FROM wp_wc_orders) + (SELECT COUNT(*) FROM wp_wc_order_stats)")" = 0 ]'

  # What is bought is put back: the order test on a product with a counted stock.
  first=$(get '/wp-json/wc/store/v1/products?per_page=1&type=simple&stock_status=instock&orderby=id&order=asc' | grep -o '"id":[0-9]*' | head -1 | cut -d: -f2)
  fetch PUT "http://127.0.0.1:8080/wp-json/wc/v3/products/$first" '{"manage_stock":true,"stock_quantity":5}' "Host: $host" "${as_admin[@]}" >/dev/null
  php /testing/steps.php /testing/engine-woocommerce.json http://127.0.0.1:8080 "$host" "loginPath=/storefleet/login?token=$(token_for 60)" adminEmail=owner@demo.test | grep -v '^ok'
  stock=$(fetch GET "http://127.0.0.1:8080/wp-json/wc/v3/products/$first" "" "Host: $host" "${as_admin[@]}" | grep -o '"stock_quantity":[0-9]*')
  check "store: order test: puts the stock back" holds '[ "$stock" = "\"stock_quantity\":5" ]' "$stock"
  fetch PUT "http://127.0.0.1:8080/wp-json/wc/v3/products/$first" '{"manage_stock":false}' "Host: $host" "${as_admin[@]}" >/dev/null
fi

# ---- the page cache
rm -rf /tmp/page-cache/*
get /shop/ >/dev/null
page=$(get /shop/)
check "store: cache: a stranger gets the kept page" holds '[ "$(cache_state <<<"$page")" = HIT ]' "$(head -12 <<<"$page")"
check "store: cache: kept pages set no cookie" holds '! grep -qi "^set-cookie" <<<"$page"'
check "store: cache: harmless cookies get it too" holds '[ "$(get /shop/ "Cookie: sbjs_session=pgs%3D1; _ga=GA1.1" | cache_state)" = HIT ]' "$(get /shop/ "Cookie: sbjs_session=pgs%3D1; _ga=GA1.1" | head -14)"
for cookie in "woocommerce_items_in_cart=1" "sbjs_session=1; wp_woocommerce_session_x=1" "wordpress_logged_in_x=1" "unknown=1" "_ga=1; wp-postpass_x=1"; do
  check "store: cache: not for $cookie" holds '[ "$(get /shop/ "Cookie: $cookie" | cache_state)" = BYPASS ]'
done
check "store: cache: not with a password" holds '[ "$(get /shop/ "Authorization: Basic eDp4" | cache_state)" = BYPASS ]'
check "store: cache: not for a query" holds '[ "$(get "/shop/?orderby=price" | cache_state)" = BYPASS ]'
check "store: cache: HTTPS is kept apart" holds '[ "$(get /shop/ "X-Forwarded-Proto: https" | cache_state)" != HIT ]'
rm -rf /tmp/page-cache/*
page=$(get /shop/ "Cookie: $admin")
check "store: cache: the merchant's own page has the admin bar" holds 'grep -q wpadminbar <<<"$page" && [ "$(cache_state <<<"$page")" = BYPASS ]'
page=$(get /shop/)
check "store: cache: the merchant's page is nobody else's" holds '[ "$(cache_state <<<"$page")" = MISS ] && ! grep -q wpadminbar <<<"$page"' "$(cache_state <<<"$page")"
page=$(get /shop/ "Cookie: $admin")
check "store: cache: the merchant gets no kept page" holds 'grep -q wpadminbar <<<"$page"'
if [ "$sells" = 1 ]; then
  answer=$(get "/shop/?add-to-cart=$product")
  cart=$(cookies_of <<<"$answer")
  check "store: cache: filling a cart sets cookies" holds 'grep -q woocommerce_items_in_cart <<<"$cart"' "$cart"
  rm -rf /tmp/page-cache/*
  page=$(get /cart/ "Cookie: $cart")$(get /shop/ "Cookie: $cart")
  check "store: cache: a shopper's pages are not kept" holds '[ -z "$(ls /tmp/page-cache)" ] && grep -q "Stoneware Mug" <<<"$page"' "$(ls /tmp/page-cache)"
  for path in /cart/ /my-account/ /checkout/ /wp-json/wc/store/v1/products /wp-json/wc/store/v1/cart /wp-login.php /feed/ /no-such-page/; do
    get "$path" >/dev/null
    check "store: cache: $path is never kept" holds '[ "$(get "$path" | cache_state)" != HIT ] && [ -z "$(ls /tmp/page-cache)" ]' "$(ls /tmp/page-cache)"
  done
  get /product/stoneware-mug/ >/dev/null
  fetch PUT "http://127.0.0.1:8080/wp-json/wc/v3/products/$product" '{"regular_price":"19.95"}' "Host: $host" "${as_admin[@]}" >/dev/null
  page=$(get /product/stoneware-mug/)
  check "store: cache: a changed price is seen at once" holds 'grep -q "19.95" <<<"$page"' "$(cache_state <<<"$page")"
fi

# ---- HTTPS at a proxy on another port, without loops
apply() { fetch PUT http://127.0.0.1:8081/storefleet/v1/site "$1" "Authorization: Bearer $(cat $secrets/agentToken)"; }
site_with() { php -r '[$_, $site, $change] = $argv; echo json_encode(array_merge(json_decode($site, true), json_decode($change, true)), JSON_UNESCAPED_UNICODE);' "$site" "$1"; }
apply "$(site_with '{"url":"https://demo.test:8443"}')" >/dev/null
secure=("Host: demo.test:8443" "X-Forwarded-Proto: https")
location() { sed -n 's/^location: *//Ip' | tr -d '\r'; }
check "store: HTTPS: no redirect of a right address" holds '[ "$(fetch GET http://127.0.0.1:8080/shop/ "" "${secure[@]}" | head -1)" = 200 ]'
check "store: HTTPS: the port stays in redirects" holds '[ "$(fetch GET http://127.0.0.1:8080/shop "" "${secure[@]}" | location)" = https://demo.test:8443/shop/ ]' "$(fetch GET http://127.0.0.1:8080/shop "" "${secure[@]}" | location)"
answer=$(fetch GET http://127.0.0.1:8080/wp-admin/ "" "${secure[@]}")
check "store: HTTPS: strangers are sent to the login page" holds '[[ $(location <<<"$answer") == https://demo.test:8443/wp-login.php* ]]' "$(location <<<"$answer")"
check "store: HTTPS: the login page is served" holds '[ "$(fetch GET http://127.0.0.1:8080/wp-login.php "" "${secure[@]}" | head -1)" = 200 ]'
answer=$(fetch GET "http://127.0.0.1:8080/storefleet/login?token=$(token_for 60)" "" "${secure[@]}")
check "store: HTTPS: every login cookie is Secure" holds '[ "$(grep -ci "^set-cookie: wordpress" <<<"$answer")" -gt 1 ] && ! grep -i "^set-cookie: wordpress" <<<"$answer" | grep -qvi "; secure"' "$answer"
check "store: HTTPS: the admin pages open without another redirect" holds '[ "$(fetch GET http://127.0.0.1:8080/wp-admin/ "" "${secure[@]}" "Cookie: $(cookies_of <<<"$answer")" | head -1)" = 200 ]'
apply "$site" >/dev/null

# ---- titles and addresses
long=$(php -r 'echo mb_substr("<script>alert(1)</script> \"Ä\" & &amp; it'"'"'s -- (c) 3x4 🛍️ " . str_repeat("long ", 50), 0, 199), "!";')
answer=$(apply "$(site_with "$(php -r 'echo json_encode(["title" => $argv[1]]);' "$long")")")
check "store: a title of 200 characters with HTML, quotes and emoji is taken" holds 'grep -q "\"applied\":true" <<<"$answer"' "$answer"
shown='&lt;script&gt;alert(1)&lt;/script&gt; &quot;Ä&quot; &amp; &amp;amp; it&#039;s -- (c) 3x4 🛍️ long'
page=$(get / | sed 's/&#45;/-/g; s/&#120;/x/g; s/&#46;/./g')
check "store: title: literally in the storefront" holds '[ "$(grep -cF "$shown" <<<"$page")" -gt 0 ] && ! grep -q "<script>alert" <<<"$page"' "$(grep -oE '<title>.*' <<<"$page")"
check "store: title: literally in the page's heading" holds 'grep -F "wp-block-site-title" <<<"$page" | grep -qF "$shown"' "$(grep -F 'wp-block-site-title' <<<"$page" | head -2)"
page=$(get /wp-admin/options-general.php "Cookie: $admin")
check "store: title: literally in the settings" holds 'grep -F "id=\"blogname\"" <<<"$page" | grep -qF "$shown" && ! grep -q "<script>alert" <<<"$page"' "$(grep -F 'id="blogname"' <<<"$page")"
if [ "$sells" = 1 ]; then
  page=$(get '/wp-admin/admin.php?page=wc-settings&tab=email' "Cookie: $admin")
  check "store: title: literally in the mail settings" holds 'grep -A3 "id=\"woocommerce_email_from_name\"" <<<"$page" | grep -qF "Zoë &amp; &lt;b&gt;&quot;Söhne&quot;&lt;/b&gt; 🛍️"' "$(grep -A3 'id="woocommerce_email_from_name"' <<<"$page")"
fi
check "store: title: 201 characters are refused" holds '[ "$(apply "$(site_with "$(php -r "echo json_encode([\"title\" => \$argv[1] . \"x\"]);" "$long")")" | head -1)" = 422 ]'
for wrong in '"a"' '"a@"' '"a b@c.test"' '"a@b"' '"<b>@c.test"' '"a@c.test\n"' '["a@c.test"]' 7; do
  answer=$(apply "$(site_with "{\"adminEmail\":$wrong}")")
  check "store: the e-mail $wrong is refused" holds '[ "$(head -1 <<<"$answer")" = 422 ] && grep -q "/adminEmail" <<<"$answer"' "$answer"
done
apply "$site" >/dev/null
