<?php
// The whole stall: shop, administration and the agent that the platform talks to (docs/engines.md).
declare(strict_types=1);

const FILES = '/files';
const SECRETS = '/run/secrets/store';

function answer(int $status, mixed $body = null, array $headers = []): never
{
    http_response_code($status);
    header('Content-Type: application/json');
    foreach ($headers as $name => $value) {
        header("$name: $value");
    }
    echo $body === null ? '' : json_encode($body, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
    exit;
}

function secret(string $name): string
{
    return trim((string) @file_get_contents(SECRETS . "/$name"));
}

/** Works once, before it expires: the file of its nonce can be made only once. */
function token_admits(string $token): bool
{
    if (secret('loginKey') === '' || !preg_match('/^\d+\.[0-9a-f]{32}\.[0-9a-f]{64}$/D', $token)) {
        return false;
    }
    [$expires, $nonce, $signature] = explode('.', $token);
    return hash_equals(hash_hmac('sha256', "$expires.$nonce", secret('loginKey')), $signature)
        && (int) $expires > time() && (int) $expires <= time() + 300
        && @fopen(FILES . "/nonce-$nonce", 'x') !== false;
}

function session(): string
{
    return hash_hmac('sha256', 'session', secret('agentToken'));
}

$site = json_decode((string) @file_get_contents(FILES . '/site.json'), true) ?? [];
$path = (string) parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$method = $_SERVER['REQUEST_METHOD'];
$input = json_decode((string) file_get_contents('php://input'), true) ?? [];

if ($_SERVER['SERVER_PORT'] === '8081') {
    if ($path === '/healthz') {
        answer(is_writable(FILES) ? 200 : 503);
    }
    if (!hash_equals('Bearer ' . secret('agentToken'), $_SERVER['HTTP_AUTHORIZATION'] ?? '')) {
        answer(401);
    }
    if ($path === '/site' && $method === 'PUT') {
        file_put_contents(FILES . '/site.tmp', json_encode($input));
        rename(FILES . '/site.tmp', FILES . '/site.json');
        answer(200, ['applied' => true]);
    }
    answer(404);
}

if (str_starts_with($path, '/admin') && !hash_equals(session(), $_COOKIE['stall'] ?? '')) {
    answer(403, ['message' => 'for the keeper of the stall']);
}
$order = FILES . '/order-' . basename($path) . '.json';
match (true) {
    $path === '/' => (static function () use ($site): never {
        header('Content-Type: text/html; charset=utf-8');
        echo '<!doctype html><title>', htmlspecialchars($site['title'] ?? ''), '</title><h1>', htmlspecialchars($site['title'] ?? ''),
            '</h1><p>', htmlspecialchars((string) getenv('STALL_GREETING')), '</p>';
        exit;
    })(),
    $path === '/things' => answer(200, ['things' => [['id' => 1, 'name' => 'Jar of honey']]]),
    $path === '/payment' => answer(200, ['methods' => [getenv('STALL_PAYMENT')]]),
    $path === '/basket' && $method === 'POST' => answer(201, ['things' => [$input['thing'] ?? 0]]),
    $path === '/orders' && $method === 'POST' && ($input['payment'] ?? '') === getenv('STALL_PAYMENT') => (static function () use ($input): never {
        $number = bin2hex(random_bytes(4));
        file_put_contents(FILES . "/order-$number.json", json_encode(['thing' => $input['thing']]));
        answer(201, ['order' => $number]);
    })(),
    $path === '/storefleet/login' && $method === 'GET' => token_admits((string) ($_GET['token'] ?? ''))
        ? answer(302, null, ['Location' => '/admin', 'Set-Cookie' => 'stall=' . session() . '; Path=/; HttpOnly; SameSite=Lax', 'Cache-Control' => 'no-store'])
        : answer(403, ['message' => 'The link was used or has expired; ask for a new one: storefleet open NAME --admin'], ['Cache-Control' => 'no-store']),
    $path === '/admin' => answer(200, ['orders' => count(glob(FILES . '/order-*.json') ?: [])]),
    str_starts_with($path, '/admin/orders/') && is_file($order) && $method === 'DELETE' => unlink($order) && answer(204),
    str_starts_with($path, '/admin/orders/') && is_file($order) => answer(200, json_decode((string) file_get_contents($order), true)),
    default => answer(404, ['message' => 'nothing here']),
};
