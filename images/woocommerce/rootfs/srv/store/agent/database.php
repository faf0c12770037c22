<?php
/** The store's database for the agent: every statement is prepared, every failure an exception. */

declare(strict_types=1);

function connect_database(): mysqli
{
    mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
    [$host, $socket] = explode(':', (getenv('STORE_DATABASE_HOST') ?: 'database') . ':', 3);
    $database = mysqli_init();
    $database->options(MYSQLI_OPT_CONNECT_TIMEOUT, 1);
    $database->options(MYSQLI_OPT_READ_TIMEOUT, 5);
    @$database->real_connect(
        $host,
        getenv('STORE_DATABASE_USER') ?: 'store',
        storefleet_secret('databasePassword') ?? '',
        getenv('STORE_DATABASE_NAME') ?: 'store',
        ctype_digit($socket) ? (int) $socket : 3306,
        $socket !== '' && !ctype_digit($socket) ? $socket : null
    );
    $database->set_charset('utf8mb4');
    return $database;
}

/** What went wrong in words for a status message; never the statement or its values. */
function database_problem(mysqli_sql_exception $error): string
{
    return match (true) {
        $error->getCode() === 1045 => 'the database refuses the password of this store',
        in_array($error->getCode(), [2002, 2003, 2005, 2006, 2013], true) => 'the database cannot be reached',
        default => "the database answered with error {$error->getCode()}",
    };
}

function read_option(mysqli $database, string $name): ?string
{
    $row = $database->execute_query('SELECT option_value FROM wp_options WHERE option_name = ?', [$name])->fetch_row();
    return $row === null || $row === false ? null : (string) $row[0];
}

/** True when the option changed. */
function write_option(mysqli $database, string $name, string $value): bool
{
    $database->execute_query(
        "INSERT INTO wp_options (option_name, option_value, autoload) VALUES (?, ?, 'on')
         ON DUPLICATE KEY UPDATE option_value = VALUES(option_value)",
        [$name, $value]
    );
    return $database->affected_rows > 0;
}
