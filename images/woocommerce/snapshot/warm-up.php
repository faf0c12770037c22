<?php
/** Visits the pages that matter, so that their code is compiled into the image's code cache. */

declare(strict_types=1);

$token = trim((string) file_get_contents('/run/secrets/store/agentToken'));
$password = bin2hex(random_bytes(12));

/** @return array{int,string,string} status, body and headers */
function visit(string $socket, string $method, string $path, ?string $body = null, array $headers = [], ?string $cookies = null): array
{
    $curl = curl_init('http://store.invalid' . $path);
    curl_setopt_array($curl, [
        CURLOPT_UNIX_SOCKET_PATH => $socket, CURLOPT_CUSTOMREQUEST => $method, CURLOPT_RETURNTRANSFER => true,
        CURLOPT_HTTPHEADER => $headers, CURLOPT_TIMEOUT => 60, CURLOPT_COOKIEFILE => $cookies ?? '', CURLOPT_COOKIEJAR => $cookies ?? '/dev/null',
    ] + ($body === null ? [] : [CURLOPT_POSTFIELDS => $body]));
    $headers = '';
    curl_setopt($curl, CURLOPT_HEADERFUNCTION, static function (CurlHandle $_, string $line) use (&$headers): int {
        $headers .= $line;
        return strlen($line);
    });
    $answer = (string) curl_exec($curl);
    $status = (int) curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    printf("%3d %4d ms %7d bytes  %s %s\n", $status, (int) (curl_getinfo($curl, CURLINFO_TOTAL_TIME) * 1000), strlen($answer), $method, $path);
    return [$status, $answer, $headers];
}

$agent = '/run/store/agent-http.sock';
$shop = '/run/store/shop-http.sock';
$failed = false;
[$status] = visit($agent, 'GET', '/healthz?wait=5000');
$failed = $failed || $status !== 200;
[$status, $answer] = visit($agent, 'PUT', '/storefleet/v1/site', (string) json_encode([
    'url' => 'http://store.invalid', 'title' => 'Store', 'adminUser' => 'admin',
    'adminEmail' => 'admin@store.example', 'adminPassword' => $password, 'sampleData' => true,
]), ["Authorization: Bearer $token", 'Content-Type: application/json']);
if ($status !== 200) {
    echo $answer;
    $failed = true;
}

foreach ([1, 2] as $round) {
    $cookies = (string) tempnam('/tmp', 'cookies');
    [, $products] = visit($shop, 'GET', '/wp-json/wc/store/v1/products?per_page=1');
    $id = json_decode($products, true)[0]['id'] ?? 0;
    foreach (['/', '/shop/', '/product/stoneware-mug/', '/?s=mug&post_type=product', "/shop/?add-to-cart=$id", '/cart/', '/checkout/', '/my-account/', '/no-such-page/', '/feed/',
        '/wp-json/', '/wp-json/wp/v2/posts', '/wp-json/wc/store/v1/products?per_page=1', '/wp-json/wc/store/v1/cart', '/wp-sitemap.xml', '/wp-login.php'] as $path) {
        [$status] = visit($shop, 'GET', $path, null, [], $cookies);
        $failed = $failed || $status >= 500 || ($path === '/shop/' && $status !== 200);
    }
    $answer = visit($shop, 'GET', '/wp-json/wc/store/v1/cart')[2];
    $cart = ['Content-Type: application/json', 'Cart-Token: ' . (preg_match('/^cart-token: *(\S+)/mi', $answer, $found) ? $found[1] : '')];
    $address = ['first_name' => 'A', 'last_name' => 'B', 'address_1' => '1 Street', 'city' => 'San Francisco', 'state' => 'CA', 'postcode' => '94105', 'country' => 'US', 'phone' => '1'];
    visit($shop, 'POST', '/wp-json/wc/store/v1/cart/add-item', (string) json_encode(['id' => $id, 'quantity' => 1]), $cart);
    visit($shop, 'POST', '/wp-json/wc/store/v1/cart/update-customer', (string) json_encode(['shipping_address' => $address]), $cart);
    visit($shop, 'POST', '/wp-json/wc/store/v1/checkout', (string) json_encode([
        'billing_address' => $address + ['email' => 'a@store.example'], 'shipping_address' => $address, 'payment_method' => 'cod',
    ]), $cart);
    $link = (time() + 60) . '.' . bin2hex(random_bytes(16));
    visit($shop, 'GET', "/storefleet/login?token=$link." . hash_hmac('sha256', $link, trim((string) file_get_contents('/run/secrets/store/loginKey'))));
    visit($shop, 'POST', '/wp-login.php', http_build_query(['log' => 'admin', 'pwd' => $password, 'testcookie' => '1']), ['Cookie: wordpress_test_cookie=WP%20Cookie%20check'], $cookies);
    foreach (['/wp-admin/', '/wp-admin/edit.php?post_type=product', '/wp-admin/post-new.php?post_type=product', '/wp-admin/edit.php?post_type=page', '/wp-admin/upload.php', '/wp-admin/options-general.php', '/wp-admin/profile.php', '/wp-admin/users.php', '/wp-admin/themes.php', '/wp-admin/site-editor.php',
        '/wp-admin/admin.php?page=wc-orders', '/wp-admin/admin.php?page=wc-settings', '/wp-admin/admin.php?page=wc-admin', '/wp-admin/admin.php?page=wc-reports'] as $path) {
        [$status] = visit($shop, 'GET', $path, null, [], $cookies);
        $failed = $failed || $status >= 500;
    }
    unlink($cookies);
}
exit($failed ? 1 : 0);
