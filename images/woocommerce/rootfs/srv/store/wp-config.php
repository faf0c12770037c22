<?php
/**
 * The same for every store: what differs comes from mounted secrets, the environment and the
 * database. Address and title live in the database, where the platform sets them.
 */

require_once '/srv/store/secrets.php';
require_once '/srv/store/forget-pages.php';

$storefleet_keys = [
    'AUTH_KEY' => 'authKey', 'SECURE_AUTH_KEY' => 'secureAuthKey',
    'LOGGED_IN_KEY' => 'loggedInKey', 'NONCE_KEY' => 'nonceKey',
    'AUTH_SALT' => 'authSalt', 'SECURE_AUTH_SALT' => 'secureAuthSalt',
    'LOGGED_IN_SALT' => 'loggedInSalt', 'NONCE_SALT' => 'nonceSalt',
];
foreach ($storefleet_keys as $storefleet_constant => $storefleet_name) {
    $storefleet_value = storefleet_secret($storefleet_name);
    if ($storefleet_value === null) {
        http_response_code(503);
        exit("This store is not set up: the secret $storefleet_name is missing.\n");
    }
    define($storefleet_constant, $storefleet_value);
}
unset($storefleet_keys, $storefleet_constant, $storefleet_name, $storefleet_value);

define('DB_NAME', getenv('STORE_DATABASE_NAME') ?: 'store');
define('DB_USER', getenv('STORE_DATABASE_USER') ?: 'store');
define('DB_PASSWORD', storefleet_secret('databasePassword') ?? '');
define('DB_HOST', getenv('STORE_DATABASE_HOST') ?: 'database');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
$table_prefix = 'wp_';

// TLS ends at the ingress controller, which sets this header itself.
if (($_SERVER['HTTP_X_FORWARDED_PROTO'] ?? '') === 'https') {
    $_SERVER['HTTPS'] = 'on';
    $_SERVER['SERVER_PORT'] = '443';
}

// `storefleet expose` and `kubectl port-forward` show a store at an address of the visitor's own machine, which no
// ingress leads to: its links and cookies must be of that address too.
if (preg_match('/^(?:localhost|127\.0\.0\.1)(?::[0-9]{1,5})?$/D', $_SERVER['HTTP_HOST'] ?? '')) {
    define('WP_HOME', 'http://' . $_SERVER['HTTP_HOST']);
    define('WP_SITEURL', WP_HOME);
}

// Code is part of the image: no updates, no editor, no installs from the administration pages.
define('DISALLOW_FILE_MODS', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_AUTO_UPDATE_CORE', false);
// Scheduled tasks run beside the web server, never inside a shopper's request.
define('DISABLE_WP_CRON', true);
// A page must not wait for hosts that the network policy may cut off.
define('WP_HTTP_BLOCK_EXTERNAL', getenv('STORE_OUTBOUND_HTTP') !== 'true');
define('WP_DEBUG', false);
define('WP_POST_REVISIONS', 10);
define('WP_MEMORY_LIMIT', '256M');
define('FS_METHOD', 'direct');
define('WP_ENVIRONMENT_TYPE', 'production');

if (!defined('ABSPATH')) {
    define('ABSPATH', __DIR__ . '/');
}
require_once ABSPATH . 'wp-settings.php';
