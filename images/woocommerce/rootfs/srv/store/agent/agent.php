<?php
/**
 * The agent of a store, on its own port: health for the kubelet, and the one place where the
 * platform sets what is particular to this store. Loads no WordPress, so it answers in milliseconds.
 *
 *   GET /healthz?wait=MS      200 when PHP and the database answer, else 503; waits up to MS for it
 *   GET /livez                200 when PHP answers
 *   PUT /storefleet/v1/site   applies address, title and admin account (bearer token)
 */

declare(strict_types=1);

require '/srv/store/secrets.php';
require '/srv/store/forget-pages.php';
require __DIR__ . '/database.php';
require __DIR__ . '/site.php';

/** @param array<string,mixed> $body */
function answer(int $status, array $body): never
{
    http_response_code($status);
    header('Content-Type: application/json');
    header('Cache-Control: no-store');
    if ($status === 401) {
        header('WWW-Authenticate: Bearer');
    }
    echo json_encode($body, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE), "\n";
    exit;
}

function authorized(): bool
{
    $expected = storefleet_secret('agentToken');
    $given = $_SERVER['HTTP_AUTHORIZATION'] ?? '';
    return $expected !== null
        && str_starts_with($given, 'Bearer ')
        && hash_equals(hash('sha256', $expected, true), hash('sha256', substr($given, 7), true));
}

function health(): never
{
    $deadline = microtime(true) + min(5000, max(0, (int) ($_GET['wait'] ?? 0))) / 1000;
    while (true) {
        try {
            // One row says both that the password is right and that the snapshot is in place.
            connect_database()->execute_query('SELECT 1 FROM wp_options LIMIT 1')->fetch_row();
            answer(200, ['ready' => true]);
        } catch (mysqli_sql_exception $error) {
            if (microtime(true) >= $deadline) {
                answer(503, ['ready' => false, 'code' => 'DatabaseNotReady', 'message' => database_problem($error)]);
            }
            usleep(25_000);
        }
    }
}

function put_site(): never
{
    $started = hrtime(true);
    try {
        $input = json_decode((string) file_get_contents('php://input'), true, 8, JSON_THROW_ON_ERROR);
        $site = Site::from_input($input);
    } catch (JsonException) {
        answer(400, ['code' => 'InvalidJson', 'message' => 'the body is not JSON']);
    } catch (InvalidSite $problem) {
        answer(422, ['code' => 'InvalidSite', 'pointer' => $problem->pointer, 'message' => $problem->getMessage()]);
    }
    try {
        $changed = apply_site(connect_database(), $site);
    } catch (InvalidSite $problem) {
        answer(409, ['code' => 'Conflict', 'pointer' => $problem->pointer, 'message' => $problem->getMessage()]);
    } catch (mysqli_sql_exception $error) {
        answer(503, ['applied' => false, 'code' => 'DatabaseNotReady', 'message' => database_problem($error)]);
    }
    if ($changed !== []) {
        storefleet_forget_pages();
    }
    answer(200, ['applied' => true, 'changed' => $changed, 'milliseconds' => intdiv(hrtime(true) - $started, 1_000_000)]);
}

$path = parse_url($_SERVER['REQUEST_URI'] ?? '/', PHP_URL_PATH);
$method = $_SERVER['REQUEST_METHOD'] ?? 'GET';
if ($path === '/livez') {
    answer(200, ['alive' => true]);
}
if ($path === '/healthz') {
    health();
}
if (!authorized()) {
    answer(401, ['code' => 'Unauthorized', 'message' => 'a valid bearer token is needed']);
}
if ($path === '/storefleet/v1/site' && $method === 'PUT') {
    put_site();
}
answer(404, ['code' => 'NotFound', 'message' => 'nothing here']);
