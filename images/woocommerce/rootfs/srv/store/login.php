<?php
/**
 * One-click login: GET /storefleet/login?token=<expires>.<nonce>.<signature>
 * The platform signs the link with this store's loginKey; it works once and for five minutes at most.
 */

declare(strict_types=1);

require_once '/srv/store/secrets.php';

header('Cache-Control: no-store');
header('Referrer-Policy: no-referrer');

const LONGEST_VALIDITY_SECONDS = 300;
const NONCE_OPTION_PREFIX = 'storefleet_login_';

function refuse(): never
{
    http_response_code(403);
    header('Content-Type: text/html; charset=utf-8');
    echo '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        '<title>Login link</title><h1>This login link was used or has expired</h1>',
        '<p>Ask for a new one: <code>storefleet open NAME --admin</code>, or the dashboard.</p></html>', "\n";
    exit;
}

/** @return array{int,string}|null when the link ends and its nonce, if this store's platform signed it */
function verified_token(string $token, #[\SensitiveParameter] ?string $key, int $now): ?array
{
    if ($key === null || !preg_match('/^([1-9][0-9]{0,11})\.([0-9a-f]{32})\.([0-9a-f]{64})$/D', $token, $part)) {
        return null;
    }
    [, $expires, $nonce, $signature] = $part;
    if (!hash_equals(hash_hmac('sha256', "$expires.$nonce", $key), $signature)) {
        return null;
    }
    return (int) $expires > $now && (int) $expires <= $now + LONGEST_VALIDITY_SECONDS ? [(int) $expires, $nonce] : null;
}

// Programs that look at links ask by HEAD: that must not use the link up.
if ($_SERVER['REQUEST_METHOD'] !== 'GET') {
    http_response_code(405);
    header('Allow: GET');
    exit;
}
$token = $_GET['token'] ?? null;
$verified = verified_token(is_string($token) ? $token : '', storefleet_secret('loginKey'), time());
if ($verified === null) {
    refuse();
}
[$expires, $nonce] = $verified;

require '/srv/store/wordpress/wp-load.php';

$admin = get_userdata((int) get_option('storefleet_admin_id'));
if (!$admin || !$admin->has_cap('manage_options')) {
    refuse();
}
// The table's unique key decides which of two requests at once is the first.
$first = $wpdb->query($wpdb->prepare(
    "INSERT IGNORE INTO $wpdb->options (option_name, option_value, autoload) VALUES (%s, %s, 'off')",
    NONCE_OPTION_PREFIX . $nonce,
    (string) $expires
));
if ($first === false) {
    http_response_code(503);
    exit("The database cannot be written.\n");
}
if ($first !== 1) {
    refuse();
}
$wpdb->query($wpdb->prepare(
    "DELETE FROM $wpdb->options WHERE option_name LIKE %s AND CAST(option_value AS UNSIGNED) <= %d",
    $wpdb->esc_like(NONCE_OPTION_PREFIX) . '%',
    time()
));

wp_set_auth_cookie($admin->ID);
do_action('wp_login', $admin->user_login, $admin);
// Relative, so that it leads to wherever the link was opened.
http_response_code(302);
header('Location: /wp-admin/');
